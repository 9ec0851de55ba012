import { useState } from "preact/hooks";
import { operation } from "../api/client.ts";
import type { PlayerRow } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { go, hrefOf } from "../state/router.ts";
import { stage } from "../state/session.ts";
import { Id } from "../ui/copy.tsx";
import { type Column, DataTable } from "../ui/data-table.tsx";
import { focusAtOnce } from "../ui/focus.ts";
import { Empty, Problem } from "../ui/message.tsx";
import { Time } from "../ui/time.tsx";
import { PlayerView } from "./player-view.tsx";

const WAIT_MS = 200;

/** `#/players` finds players, `#/players/ID` shows one. */
export function PlayersPage({ place }: { place: string[] }) {
  const [id, tab] = place;
  return id === undefined ? <Search /> : <PlayerView key={id} id={id} tab={tab ?? "links"} />;
}

const COLUMNS: readonly Column<PlayerRow>[] = [
  {
    title: "Name",
    cell: ({ id, userName, displayName, online }) => (
      <a href={hrefOf("players", id)}>
        {online && (
          <span class="online" title="connected">
            ●{" "}
          </span>
        )}
        {displayName || userName}
      </a>
    ),
  },
  { title: "User name", cell: ({ userName }) => <span class="cut">{userName}</span> },
  { title: "Id", cell: ({ id }) => <Id id={id} href={hrefOf("players", id)} /> },
  {
    title: "Linked",
    cell: ({ externalIds }) =>
      Object.entries(externalIds).map(([system, externalId]) => (
        <span key={system} class="badge" title={externalId}>
          {system}
        </span>
      )),
  },
  { title: "Last seen", cell: ({ lastSeen }) => <Time at={lastSeen} /> },
  { title: "Created", cell: ({ created }) => <Time at={created} /> },
];

function Search() {
  const [text, setText] = useState("");
  const [sought, setSought] = useState("");
  const found = useResource(
    async () => (sought === "" ? [] : operation<PlayerRow[]>("players search", stage.value, { text: sought })),
    [sought],
  );
  const onInput = (typed: string): void => {
    setText(typed);
    clearTimeout(timer);
    timer = setTimeout(() => setSought(typed.trim()), WAIT_MS);
  };
  const rows = found.data ?? [];
  return (
    <div class="page">
      <div class="page-head">
        <h1>Players</h1>
        <input
          ref={focusAtOnce}
          class="input player-search"
          type="search"
          aria-label="Find players"
          placeholder="Id, name or external id"
          value={text}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
          onKeyDown={({ key }) => key === "Enter" && rows.length === 1 && rows[0] && go("players", rows[0].id)}
        />
      </div>
      <Problem text={found.problem} retry={found.reload} />
      {rows.length > 0 && <DataTable label="Players" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />}
      {found.data && rows.length === 0 && <None sought={sought} />}
    </div>
  );
}

let timer: ReturnType<typeof setTimeout> | undefined;

function None({ sought }: { sought: string }) {
  if (sought !== "") {
    return (
      <Empty title="No player matches.">
        <p class="soft">
          Names are found by their beginning, ids only if they are complete. Upper and lower case differ.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Find a player.">
      <p class="soft">
        By id, by an id at Facebook or elsewhere, or by the beginning of the user name or display name. Upper and lower
        case differ.
      </p>
      <a class="button" href={hrefOf("play")}>
        Sign in a new player
      </a>
    </Empty>
  );
}
