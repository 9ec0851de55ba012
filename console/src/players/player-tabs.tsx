import { useState } from "preact/hooks";
import type { AuditRow, PlayerLink, PlayerPage } from "../api/types.ts";
import { hrefOf } from "../state/router.ts";
import { may } from "../state/session.ts";
import { Id } from "../ui/copy.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { Json, jsonText } from "../ui/json.tsx";
import { Empty } from "../ui/message.tsx";
import { Time } from "../ui/time.tsx";
import { DisconnectDialog } from "./disconnect-dialog.tsx";

interface TabProps {
  page: PlayerPage;
  reload(): void;
}

export function PlayerTab({ page, tab, reload }: TabProps & { tab: string }) {
  if (tab === "friends") return <Friends page={page} />;
  if (tab === "messages") return <Messages page={page} />;
  if (tab === "goods") return <Goods page={page} />;
  if (tab === "data") return <Data page={page} />;
  if (tab === "audit") return <Audit rows={page.audit} />;
  return <Links page={page} reload={reload} />;
}

function Links({ page, reload }: TabProps) {
  const [chosen, setChosen] = useState<PlayerLink>();
  if (page.links.length === 0) {
    return (
      <Empty title="No external account is linked.">
        <p class="soft">A connect request, such as FacebookConnectRequest, links one.</p>
      </Empty>
    );
  }
  return (
    <>
      <DataTable
        label="Linked accounts"
        rows={page.links}
        keyOf={({ system }) => system}
        columns={[
          { title: "System", cell: ({ system }) => <strong>{system}</strong> },
          {
            title: "Account",
            cell: ({ externalId, displayName }) => (
              <span title={externalId}>{displayName ? `${displayName} · ${externalId}` : externalId}</span>
            ),
          },
          { title: "Token", cell: ({ token }) => token },
          { title: "Status", cell: ({ status }) => status ?? "" },
          { title: "Linked", cell: ({ connectedAt }) => <Time at={connectedAt} /> },
          {
            title: "Action",
            cell: (link) =>
              may("players disconnect-preview") && (
                <button type="button" class="button small" onClick={() => setChosen(link)}>
                  Disconnect…
                </button>
              ),
          },
        ]}
      />
      {chosen && (
        <DisconnectDialog
          player={page.player}
          system={chosen.system}
          close={() => setChosen(undefined)}
          done={() => {
            setChosen(undefined);
            reload();
          }}
        />
      )}
    </>
  );
}

function Friends({ page }: { page: PlayerPage }) {
  if (page.friends.length === 0) {
    return (
      <Empty title="No friends in the game.">
        <p class="soft">
          Players become friends when both have linked accounts that are friends at Facebook or elsewhere.
        </p>
      </Empty>
    );
  }
  return (
    <DataTable
      label="Friends"
      rows={page.friends}
      keyOf={({ id }) => id}
      columns={[
        {
          title: "Name",
          cell: ({ id, displayName, userName }) => <a href={hrefOf("players", id)}>{displayName || userName}</a>,
        },
        { title: "Id", cell: ({ id }) => <Id id={id} /> },
        { title: "Friends by", cell: ({ via }) => via.join(", ") },
      ]}
    />
  );
}

function Messages({ page }: { page: PlayerPage }) {
  if (page.messages.length === 0) {
    return (
      <Empty title="No stored messages.">
        <p class="soft">Scripts and challenges send messages; they are stored until the player dismisses them.</p>
      </Empty>
    );
  }
  return (
    <DataTable
      label="Messages"
      rows={page.messages}
      keyOf={({ id }) => id}
      columns={[
        { title: "Class", cell: (message) => message.class },
        { title: "Status", cell: ({ status, seen }) => status ?? (seen ? "seen" : "unread") },
        { title: "Sent", cell: ({ when }) => <Time at={when} /> },
        { title: "Content", cell: ({ message }) => <code class="cut">{JSON.stringify(message)}</code> },
      ]}
    />
  );
}

function Goods({ page: { currencies, goods } }: { page: PlayerPage }) {
  const rows = [
    ...currencies.map(({ code, name, balance }) => ({ kind: "currency", code, name, amount: balance })),
    ...goods.map(({ code, name, count }) => ({ kind: "virtual good", code, name, amount: count })),
  ];
  if (rows.length === 0) return <Empty title="No currencies or goods.">{""}</Empty>;
  return (
    <DataTable
      label="Currencies and goods"
      rows={rows}
      keyOf={({ kind, code }) => `${kind} ${code}`}
      columns={[
        { title: "Kind", cell: ({ kind }) => kind },
        { title: "Code", cell: ({ code }) => <span class="mono">{code}</span> },
        { title: "Name", cell: ({ name }) => name },
        { title: "Amount", isNumber: true, cell: ({ amount }) => amount.toLocaleString("en") },
      ]}
    />
  );
}

function Data({ page: { player } }: { page: PlayerPage }) {
  return (
    <div class="stack data-parts">
      <h2>scriptData</h2>
      <Json text={jsonText(player.scriptData)} label="scriptData" />
      <h2>privateData</h2>
      <Json text={jsonText(player.privateData)} label="privateData" />
    </div>
  );
}

/** Who changed what, newest first. */
export function Audit({ rows }: { rows: readonly AuditRow[] }) {
  if (rows.length === 0) {
    return (
      <Empty title="Nothing recorded yet.">
        <p class="soft">Links, disconnects, password changes and what admins do are recorded here.</p>
      </Empty>
    );
  }
  return (
    <DataTable
      label="Audit"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: "When", cell: ({ at }) => <Time at={at} /> },
        { title: "Action", cell: ({ action }) => <span class="mono">{action}</span> },
        { title: "By", cell: ({ admin, byPlayer, keyId, door }) => admin ?? byPlayer ?? keyId ?? door },
        { title: "Player", cell: ({ player }) => player && <Id id={player} href={hrefOf("players", player)} /> },
        {
          title: "Data",
          cell: ({ data, subject }) => (
            <code class="cut">{[subject, JSON.stringify(data)].filter(Boolean).join(" ")}</code>
          ),
        },
      ]}
    />
  );
}
