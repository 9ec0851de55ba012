import { useEffect, useState } from "preact/hooks";
import { ApiError, operation as perform, sentenceOf } from "../api/client.ts";
import type { JsonSchema, OperationSummary } from "../api/types.ts";
import { stage } from "../state/session.ts";
import { CopyButton } from "../ui/copy.tsx";
import { jsonText } from "../ui/json.tsx";
import { Empty, Problem } from "../ui/message.tsx";
import { ResultView } from "../ui/result-table.tsx";

/** A form from the operation's schema. What only reads and needs no arguments runs at once. */
export function OperationView({ operation }: { operation: OperationSummary }) {
  const { name, summary, work, arguments: schema } = operation;
  const [result, setResult] = useState<{ value: unknown }>();
  const [problem, setProblem] = useState<string>();
  const [issues, setIssues] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);

  const run = async (args: Record<string, unknown>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setIssues({});
    try {
      setResult({ value: await perform(name, stage.value, args) });
    } catch (error) {
      setProblem(sentenceOf(error));
      if (error instanceof ApiError)
        setIssues(Object.fromEntries(error.issues.map((one) => [fieldOf(one.path), one.message])));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    if (work === "read" && (schema.required ?? []).length === 0) void run({});
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(argumentsOf(schema, new FormData(event.currentTarget as HTMLFormElement)));
  };

  return (
    <div class="operation stack">
      <h2>{name}</h2>
      <p class="soft">{summary}</p>
      <form class="stack" onSubmit={submit}>
        <div class="operation-fields">
          {Object.entries(schema.properties ?? {}).map(([argument, about]) => (
            <ArgumentField
              key={argument}
              {...{ name: argument, about, isRequired: schema.required?.includes(argument) ?? false }}
              issue={issues[argument]}
            />
          ))}
        </div>
        <Problem text={problem} />
        <div class="row">
          <button type="submit" class={`button ${work === "read" ? "" : "primary"}`} disabled={isBusy}>
            {work === "read" ? "Show" : `${capital(name)}${on(name)}`}
          </button>
          {result && <CopyButton label="Copy the result as JSON" text={() => jsonText(result.value)} />}
        </div>
      </form>
      {result && <Result value={result.value} />}
    </div>
  );
}

function Result({ value }: { value: unknown }) {
  if (Array.isArray(value) && value.length === 0) return <Empty title="The list is empty.">{""}</Empty>;
  return <ResultView value={value} label="Result" />;
}

interface FieldProps {
  name: string;
  about: JsonSchema;
  isRequired: boolean;
  issue: string | undefined;
}

function ArgumentField({ name, about, isRequired, issue }: FieldProps) {
  const id = `argument-${name}`;
  const choices = choicesOf(about);
  const common = { id, name, class: "input", "aria-invalid": issue !== undefined, "aria-describedby": `${id}-about` };
  return (
    <div class="field">
      <label for={id}>
        {name}
        {isRequired && (
          <span class="required" title="must be given">
            {" "}
            *
          </span>
        )}
      </label>
      {choices.length > 0 ? (
        <select {...common}>
          <option value="">{isRequired ? "choose" : "any"}</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input {...common} {...(/password/i.test(name) && { type: "password" as const })} autocomplete="off" />
      )}
      <p id={`${id}-about`} class={`small ${issue ? "field-error" : "soft"}`}>
        {issue ?? about.description}
        {!issue && about.type === "array" && " Separate several by commas."}
      </p>
    </div>
  );
}

function choicesOf({ anyOf = [] }: JsonSchema): string[] {
  return anyOf.flatMap((one) => (typeof one.const === "string" ? [one.const] : []));
}

/** What was filled in, with the types that the schema names. */
function argumentsOf(schema: JsonSchema, form: FormData): Record<string, unknown> {
  const filled = Object.entries(schema.properties ?? {}).map(
    ([name, { type }]) => [name, type, String(form.get(name) ?? "").trim()] as const,
  );
  return Object.fromEntries(
    filled.filter(([, , text]) => text !== "").map(([name, type, text]) => [name, typedValue(type, text)]),
  );
}

function typedValue(type: string | undefined, text: string): unknown {
  if (type === "array") return text.split(",").map((part) => part.trim());
  if ((type === "integer" || type === "number") && Number.isFinite(Number(text))) return Number(text);
  return type === "boolean" ? text === "true" : text;
}

function fieldOf(path: string): string {
  return path.split(/[./]/).filter((part) => part !== "" && part !== "arguments")[0] ?? "";
}

/** What stops a whole stage names it. */
function on(name: string): string {
  return name.startsWith("switch") ? ` on ${stage.value}` : "";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
