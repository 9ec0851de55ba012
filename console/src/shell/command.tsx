import { useEffect, useRef, useState } from "preact/hooks";
import { type CommandItem, localItems, playerItems } from "./command-items.ts";
import { isCommandOpen } from "./command-state.ts";

const WAIT_MS = 150;
const KINDS = { page: "page", request: "request", event: "event", script: "script", player: "player" } as const;

/** Ctrl-K: finds a player, request, event, script or page, and opens it. */
export function CommandField() {
  return isCommandOpen.value ? <Open /> : null;
}

function close(): void {
  isCommandOpen.value = false;
}

function Open() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [players, setPlayers] = useState<CommandItem[]>([]);
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      playerItems(text).then(
        (found) => isCurrent && setPlayers(found),
        () => isCurrent && setPlayers([]),
      );
    }, WAIT_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text]);

  const local = localItems(text);
  // An id or an external id is what an operator pastes: then players come first.
  const items = /^[0-9a-f]{6,}$/i.test(text.trim()) ? [...players, ...local] : [...local, ...players];
  const current = Math.min(at, items.length - 1);

  const run = (item: CommandItem | undefined): void => {
    if (!item) return;
    close();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") run(items[current]);
    else if (event.key === "ArrowDown") setAt(Math.min(current + 1, items.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(current - 1, 0));
    else return;
    event.preventDefault();
  };

  return (
    <dialog ref={dialog} class="command" onClose={close} aria-label="Search">
      <input
        class="input"
        role="combobox"
        aria-label="Search players, requests, events, scripts and pages"
        aria-expanded={items.length > 0}
        aria-controls="command-list"
        aria-autocomplete="list"
        aria-activedescendant={items.length > 0 ? `command-${current}` : undefined}
        placeholder="A player's name or id, a request, an event, a script, a page"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="command-list" role="listbox" aria-label="Results" class="command-list">
        {items.map((item, index) => (
          <Row key={item.id} {...{ item, index, isCurrent: index === current }} choose={() => run(item)} />
        ))}
      </div>
      {items.length === 0 && (
        <p class="soft command-none">Nothing has this name. Players are found by their whole id.</p>
      )}
    </dialog>
  );
}

function Row({
  item,
  index,
  isCurrent,
  choose,
}: {
  item: CommandItem;
  index: number;
  isCurrent: boolean;
  choose(): void;
}) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
    <div ref={row} id={`command-${index}`} role="option" aria-selected={isCurrent} onClick={choose}>
      <span class="badge">{KINDS[item.kind]}</span>
      <strong>{item.title}</strong>
      <span class="soft small">{item.about}</span>
    </div>
  );
}
