import { useEffect, useState } from "preact/hooks";
import { catalogue } from "../state/session.ts";
import { chosenEvent, chosenRequest, outcome, setField, single } from "./draft.ts";
import type { ShownError } from "./errors.ts";
import { type FormField, fieldsOf } from "./fields.ts";

/** One control for each field of the request. What is empty is not sent. */
export function RequestForm() {
  const request = chosenRequest.value;
  if (!request)
    return <p class="notice">The server does not list this request, so it has no form. It can be sent as JSON.</p>;
  const eventKeys = catalogue.value?.events.map(({ shortCode }) => shortCode) ?? [];
  const fields = fieldsOf(request, chosenEvent.value, eventKeys);
  if (fields.length === 0) return <p class="soft small form-none">This request has no fields of its own.</p>;
  return (
    <div class="request-form">
      {fields.map((field) => (
        <FieldRow key={`${request.name} ${field.name}`} field={field} />
      ))}
    </div>
  );
}

function FieldRow({ field }: { field: FormField }) {
  const { name, typeName, isRequired, description } = field;
  const id = `field-${name}`;
  const errors = outcome.value?.errors.filter(({ key }) => key === name || key.startsWith(`${name}.`)) ?? [];
  return (
    <div class="form-row">
      <label for={id} title={description}>
        {name}
        {isRequired && (
          <span class="required" title="must be sent">
            {" "}
            *
          </span>
        )}
        <span class="soft small type">{typeName}</span>
      </label>
      <div class="stack form-value">
        <Control {...{ field, id }} isInvalid={errors.length > 0} describedBy={`${id}-about`} />
        <div id={`${id}-about`}>
          {errors.map((error) => (
            <FieldError key={error.value} error={error} />
          ))}
          {description && errors.length === 0 && <p class="soft small about">{description}</p>}
        </div>
      </div>
    </div>
  );
}

function FieldError({ error: { value, meaning, cure } }: { error: ShownError }) {
  return (
    <p class="field-error small">
      <strong class="mono">{value}</strong> {meaning} {cure}
    </p>
  );
}

interface ControlProps {
  field: FormField;
  id: string;
  isInvalid: boolean;
  describedBy: string;
}

function Control({ field, id, isInvalid, describedBy }: ControlProps) {
  const { name, type, placeholder, choices, isSecret } = field;
  const value = single.value?.[name];
  const common = {
    ...{ id, class: "input", "aria-invalid": isInvalid, "aria-describedby": describedBy },
    autocomplete: "off",
    spellcheck: false,
  };
  if (type === "flag") {
    return (
      <select
        {...common}
        value={value === true ? "true" : value === false ? "false" : ""}
        onChange={({ currentTarget }) =>
          setField(name, currentTarget.value === "" ? undefined : currentTarget.value === "true")
        }
      >
        <option value="">not sent</option>
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  if (type === "choice") {
    const listed = typeof value === "string" && !choices.includes(value) ? [value, ...choices] : choices;
    return (
      <select
        {...common}
        value={typeof value === "string" ? value : ""}
        onChange={({ currentTarget }) => setField(name, currentTarget.value || undefined)}
      >
        <option value="">not sent</option>
        {listed.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  if (type === "json") return <JsonControl {...{ name, value, placeholder, common }} />;
  const shown =
    value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : `${value}`;
  const onInput = (event: InputEvent): void => {
    const { value: typed } = event.currentTarget as HTMLInputElement;
    setField(name, type === "number" ? numberOf(typed) : typed || undefined);
  };
  if (isSecret)
    return <input {...common} type="password" autocomplete="new-password" value={shown} onInput={onInput} />;
  const inputMode = type === "number" ? ({ inputMode: "decimal" } as const) : {};
  return <input {...common} {...inputMode} type="text" placeholder={placeholder} value={shown} onInput={onInput} />;
}

/**
 * What is not a number, or not yet as in "1.", is sent as text: the field must keep what is typed, and the server says what
 * is wrong with it.
 */
function numberOf(text: string): number | string | undefined {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text.trim() ? value : text;
}

interface JsonControlProps {
  name: string;
  value: unknown;
  placeholder: string;
  common: Record<string, unknown>;
}

/** Keeps what is typed while it is not JSON. */
function JsonControl({ name, value, placeholder, common }: JsonControlProps) {
  const current = value === undefined ? "" : JSON.stringify(value);
  const [text, setText] = useState(current);
  useEffect(() => {
    setText((old) => (same(old, value) ? old : current));
  }, [current]);
  const isJson = text.trim() === "" || parsed(text) !== undefined;
  return (
    <>
      <textarea
        {...common}
        rows={Math.min(6, Math.max(1, text.split("\n").length))}
        placeholder={placeholder || "{ }"}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          if (currentTarget.value.trim() === "") setField(name, undefined);
          else {
            const found = parsed(currentTarget.value);
            if (found) setField(name, found.value);
          }
        }}
      />
      {!isJson && <p class="field-error small">This is not JSON yet; what was valid before is sent.</p>}
    </>
  );
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function same(text: string, value: unknown): boolean {
  return text.trim() === "" ? value === undefined : JSON.stringify(parsed(text)?.value) === JSON.stringify(value);
}
