import { operation } from "../api/client.ts";
import type { PostRow } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { stage } from "../state/session.ts";
import { Id } from "../ui/copy.tsx";
import { type Column, DataTable } from "../ui/data-table.tsx";
import { Empty, Problem } from "../ui/message.tsx";
import { Time } from "../ui/time.tsx";
import { Status } from "./status.tsx";

const COLUMNS: readonly Column<PostRow>[] = [
  { title: "Status", cell: ({ status }) => <Status status={status} /> },
  { title: "Text", cell: ({ text }) => <span class="cut">{text}</span> },
  { title: "Due", cell: ({ scheduledFor }) => <Time at={scheduledFor} /> },
  {
    title: "Networks",
    cell: ({ targets }) =>
      targets.map(({ network, accountId, status, error }) => (
        <span key={accountId} class={`badge ${error ? "bad" : ""}`} title={error ?? status}>
          {network} {status}
        </span>
      )),
  },
  { title: "API", cell: ({ api }) => api },
  { title: "Id", cell: ({ id }) => <Id id={id} /> },
];

/** Posts to social networks: waiting, published and failed. */
export function PostsPage() {
  const { data, problem, reload } = useResource(
    () => operation<PostRow[]>("posts list", stage.value, { limit: 200 }),
    [],
  );
  return (
    <div class="page">
      <h1>Posts</h1>
      <Problem text={problem} retry={reload} />
      {data && data.length > 0 && <DataTable label="Posts" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />}
      {data?.length === 0 && (
        <Empty title="Nothing has been posted.">
          <p class="soft">Back offices create posts through the HTTP APIs, with a key from the Admin page.</p>
        </Empty>
      )}
    </div>
  );
}
