import { useState } from "preact/hooks";
import { operation } from "../api/client.ts";
import type { FoundDocuments } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { stage } from "../state/session.ts";
import { CopyButton } from "../ui/copy.tsx";
import { Json, jsonText } from "../ui/json.tsx";
import { Empty, Problem } from "../ui/message.tsx";
import { ResultView } from "../ui/result-table.tsx";

const PAGE = 50;
const FIELDS = [
  { name: "filter", label: "Filter", placeholder: '{"seconds": {"$lt": 60}}' },
  { name: "sort", label: "Sort", placeholder: '{"seconds": 1}' },
  { name: "fields", label: "Fields", placeholder: '{"name": 1}' },
] as const;
type Query = Record<string, string>;

/** Finds documents of a collection; the first page at once. */
export function FindView({ collection }: { collection: string }) {
  const [query, setQuery] = useState<Query>({});
  const [skip, setSkip] = useState(0);
  const [isTable, setTable] = useState(true);
  const found = useResource(
    () => operation<FoundDocuments>("collections find", stage.value, { collection, ...query, skip, limit: PAGE }),
    [query, skip],
  );
  const documents = found.data?.documents ?? [];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const filled = FIELDS.map(({ name }) => [name, String(form.get(name) ?? "").trim()] as const);
    setSkip(0);
    setQuery(Object.fromEntries(filled.filter(([, text]) => text !== "")));
  };
  return (
    <>
      <form class="data-form" onSubmit={submit}>
        {FIELDS.map(({ name, label, placeholder }) => (
          <div key={name} class="field">
            <label for={`find-${name}`}>{label}</label>
            <textarea
              id={`find-${name}`}
              name={name}
              class="input"
              rows={1}
              spellcheck={false}
              placeholder={placeholder}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.shiftKey) return;
                event.preventDefault();
                event.currentTarget.form?.requestSubmit();
              }}
            />
          </div>
        ))}
        <div class="row">
          <button type="submit" class="button primary">
            Find
          </button>
          <button type="button" class="button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "As JSON" : "As a table"}
          </button>
          <CopyButton label="Copy the documents as JSON" text={() => jsonText(documents)} />
        </div>
      </form>
      <div class="found stack">
        <Problem text={found.problem} retry={found.reload} />
        {found.data && documents.length === 0 && (
          <Empty title="No document matches.">
            <p class="soft">The filter is a MongoDB query as JSON. Without one, all documents are found.</p>
          </Empty>
        )}
        {documents.length > 0 &&
          (isTable ? (
            <ResultView value={documents} label="Documents" />
          ) : (
            <Json text={jsonText(documents)} label="Documents as JSON" />
          ))}
        <div class="row">
          {skip > 0 && (
            <button type="button" class="button small" onClick={() => setSkip(Math.max(0, skip - PAGE))}>
              Previous {PAGE}
            </button>
          )}
          {found.data?.hasMore && (
            <button type="button" class="button small" onClick={() => setSkip(skip + PAGE)}>
              Next {PAGE}
            </button>
          )}
          {documents.length > 0 && (
            <span class="soft small">
              {skip + 1} to {skip + documents.length}
            </span>
          )}
        </div>
      </div>
    </>
  );
}
