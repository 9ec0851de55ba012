import { hrefOf } from "../state/router.ts";
import { may } from "../state/session.ts";
import { currentClient, signInClient } from "./clients.ts";
import { chosenEvent, chosenRequest } from "./draft.ts";
import type { Outcome, ShownError } from "./errors.ts";
import { fieldsOf } from "./fields.ts";

/** What came of the request: a line if all is well, else each error with its meaning and cure. */
export function OutcomeView({ outcome }: { outcome: Outcome }) {
  const { name, isOk, tookMs, errors, detail, errorId } = outcome;
  const time = tookMs === undefined ? "" : ` in ${tookMs.toFixed(1)} ms`;
  if (isOk) {
    return (
      <p class="notice good outcome" role="status">
        ✓ {name}
        {time}
      </p>
    );
  }
  return (
    <div class="notice error outcome" role="alert">
      <div class="stack grow">
        {errors.map((error) => (
          <ErrorLine key={error.key} error={error} />
        ))}
        {detail && <p class="small">{detail}</p>}
        {errorId && (
          <p class="small">
            The log has the cause under <code>{errorId}</code>.
          </p>
        )}
      </div>
    </div>
  );
}

function ErrorLine({ error }: { error: ShownError }) {
  const { key, value, meaning, cure, isOfScript } = error;
  const request = chosenRequest.value;
  const isInForm = request && fieldsOf(request, chosenEvent.value, []).some(({ name }) => name === key.split(".")[0]);
  const client = currentClient();
  const needsPlayer = key === "authentication" && value === "NOTAUTHORIZED";
  return (
    <div class="row">
      <span class="mono">
        <span aria-hidden="true">✕ </span>
        {key}: <strong>{value}</strong>
      </span>
      {isInForm ? (
        <a class="small" href={`#field-${key}`} onClick={(event) => focusField(event, key)}>
          see the field
        </a>
      ) : (
        <span>
          {meaning} {cure}
        </span>
      )}
      {isOfScript && <ScriptLinks />}
      {needsPlayer && client && (
        <button type="button" class="button small" onClick={() => signInClient(client)}>
          Sign in {client.name.value}
        </button>
      )}
    </div>
  );
}

function focusField(event: Event, key: string): void {
  event.preventDefault();
  document.getElementById(`field-${key.split(".")[0]}`)?.focus();
}

function ScriptLinks() {
  const event = chosenEvent.value;
  const scripts = [...(chosenRequest.value?.scripts ?? []), ...(event?.hasScript ? [`event/${event.shortCode}`] : [])];
  if (!may("scripts read")) return null;
  return scripts.map((script) => (
    <a key={script} class="mono" href={hrefOf("scripts", ...script.split("/"))}>
      {script}
    </a>
  ));
}
