import { useState } from "preact/hooks";
import { operation } from "../api/client.ts";
import type { AccountRow } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { hrefOf } from "../state/router.ts";
import { stage } from "../state/session.ts";
import { Id } from "../ui/copy.tsx";
import { type Column, DataTable } from "../ui/data-table.tsx";
import { Empty, Problem } from "../ui/message.tsx";
import { Time } from "../ui/time.tsx";
import { Status } from "./status.tsx";

const COLUMNS: readonly Column<AccountRow>[] = [
  { title: "Platform", cell: ({ platform }) => <strong>{platform}</strong> },
  {
    title: "Account",
    cell: ({ handle, displayName, externalId }) => (
      <span title={externalId}>{handle ?? displayName ?? externalId}</span>
    ),
  },
  { title: "Status", cell: ({ status, disconnectedReason }) => <Status status={status} reason={disconnectedReason} /> },
  { title: "Player", cell: ({ player }) => player && <Id id={player} href={hrefOf("players", player)} /> },
  { title: "Connected", cell: ({ connectedAt }) => <Time at={connectedAt} /> },
  { title: "Disconnected", cell: ({ disconnectedAt }) => disconnectedAt && <Time at={disconnectedAt} /> },
  { title: "Id", cell: ({ id }) => <Id id={id} /> },
];

/** Social accounts of players and profiles, newest first. */
export function AccountsPage() {
  const [status, setStatus] = useState("");
  const { data, problem, reload } = useResource(
    () => operation<AccountRow[]>("accounts list", stage.value, { limit: 200 }),
    [],
  );
  const statuses = [...new Set(data?.map((row) => row.status))].sort();
  const rows = (data ?? []).filter((row) => status === "" || row.status === status);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Accounts</h1>
        {statuses.length > 1 && (
          <select
            class="input small-select"
            aria-label="Status"
            value={status}
            onChange={({ currentTarget }) => setStatus(currentTarget.value)}
          >
            <option value="">every status</option>
            {statuses.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </div>
      <Problem text={problem} retry={reload} />
      {rows.length > 0 && <DataTable label="Accounts" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />}
      {data?.length === 0 && (
        <Empty title="No social account is connected.">
          <p class="soft">Players connect accounts with a connect request, back offices through the HTTP APIs.</p>
          <a class="button" href={hrefOf("play")}>
            Link one as a player
          </a>
        </Empty>
      )}
    </div>
  );
}
