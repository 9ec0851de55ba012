import { useState } from "preact/hooks";
import { Problem } from "../ui/message.tsx";
import { clients, currentClient, otherClient } from "./clients.ts";
import { chosenEvent, chosenRequest, draft, draftText, outcome, single } from "./draft.ts";
import { RequestForm } from "./form.tsx";
import { OutcomeView } from "./outcome-view.tsx";
import { RequestChooser } from "./request-chooser.tsx";
import { isSending, sendDraft, sendProblem } from "./sending.ts";

/** The request: chosen by typing, filled in as a form or as JSON, and what came of it. */
export function Composer() {
  const request = chosenRequest.value;
  const event = chosenEvent.value;
  const client = currentClient();
  const other = otherClient();
  return (
    <section class="panel composer" aria-label="Request">
      <div class="row composer-head">
        <RequestChooser />
        <button
          type="button"
          class="button primary"
          disabled={draft.value.value === undefined || isSending.value || clients.value.length === 0}
          onClick={() => sendDraft()}
          title="Enter sends, from any field"
        >
          Send <kbd>⏎</kbd>
        </button>
      </div>
      <p class="soft small composer-about">
        {event ? `Logs the event ${event.shortCode}: ${event.name}.` : request?.description}{" "}
        {client && (
          <>
            As <strong>{client.name.value}</strong>
            {other && (
              <>
                , or with <kbd>⇧⏎</kbd> as {other.name.value}
              </>
            )}
            .
          </>
        )}
      </p>
      <Problem text={sendProblem.value} />
      {outcome.value && <OutcomeView outcome={outcome.value} />}
      {single.value && <RequestForm />}
      {Array.isArray(draft.value.value) && (
        <p class="notice">An array of {draft.value.value.length} requests, sent as one frame. Edit it as JSON.</p>
      )}
      <JsonView />
    </section>
  );
}

const LINE = 18;

function JsonView() {
  const { problem } = draft.value;
  const [rows, setRows] = useState(0);
  const lines = draftText.value.split("\n").length;
  return (
    <div class="json-view">
      <label for="draft-json">
        <h3>JSON</h3>
      </label>
      <textarea
        id="draft-json"
        class="input"
        spellcheck={false}
        autocomplete="off"
        rows={Math.max(4, Math.min(18, Math.max(lines, rows)))}
        aria-invalid={problem !== undefined && draftText.value.trim() !== ""}
        aria-describedby="draft-problem"
        value={draftText.value}
        onInput={(event) => {
          setRows(Math.ceil(event.currentTarget.clientHeight / LINE) - 1);
          draftText.value = event.currentTarget.value;
        }}
      />
      <p id="draft-problem" class="small problem-text" role="status">
        {problem}
      </p>
    </div>
  );
}
