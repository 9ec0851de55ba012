import { useEffect, useRef, useState } from "preact/hooks";
import { catalogue } from "../state/session.ts";
import { rank } from "../ui/match.ts";
import { chooseEvent, chooseRequest, chosenEvent, requestName } from "./draft.ts";

interface Choice {
  id: string;
  group: string;
  title: string;
  about: string;
  choose(): void;
}

/** Requests in their categories, and one entry for each event of the game. Typing narrows the list. */
export function RequestChooser() {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState<string>();
  const [at, setAt] = useState(0);
  const isOpen = text !== undefined;
  const shown = isOpen ? rank(choices(), text, ({ title, about, group }) => `${title} ${group} ${about}`) : [];
  const event = chosenEvent.value;
  const current = event ? `${requestName.value} · ${event.shortCode}` : requestName.value;

  const close = (): void => setText(undefined);
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return;
    choice.choose();
    close();
    input.current?.blur();
    // The first field comes next: most requests are chosen to be filled in.
    setTimeout(() => document.querySelector<HTMLElement>(".request-form .input")?.focus());
  };
  const onKeyDown = (key: KeyboardEvent): void => {
    if (!isOpen) return;
    if (key.key === "ArrowDown") setAt(Math.min(at + 1, shown.length - 1));
    else if (key.key === "ArrowUp" && (at > 0 || text !== "")) setAt(Math.max(at - 1, 0));
    else if (key.key === "Enter" && (at > 0 || text !== "")) choose(shown[at]);
    else if (key.key === "Escape") close();
    else return;
    key.preventDefault();
  };

  return (
    <div class="chooser grow">
      <input
        ref={input}
        id="request"
        class="input"
        role="combobox"
        aria-label="Request"
        aria-expanded={isOpen}
        aria-controls="request-list"
        aria-autocomplete="list"
        aria-keyshortcuts="/"
        aria-activedescendant={isOpen && shown.length > 0 ? `choice-${at}` : undefined}
        placeholder="A request or an event"
        value={text ?? current}
        onFocus={(focus) => {
          setText("");
          setAt(0);
          focus.currentTarget.select();
        }}
        onBlur={close}
        onInput={(change) => {
          setText(change.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {!isOpen && <kbd class="chooser-key">/</kbd>}
      <div id="request-list" role="listbox" aria-label="Requests" class="chooser-list" hidden={!isOpen}>
        {shown.map((choice, index) => (
          <ChoiceRow
            key={choice.id}
            {...{ choice, index, isCurrent: index === at }}
            heading={text === "" && shown[index - 1]?.group !== choice.group ? choice.group : undefined}
            choose={() => choose(choice)}
          />
        ))}
        {isOpen && shown.length === 0 && <p class="soft command-none">No request has this name.</p>}
      </div>
    </div>
  );
}

function choices(): Choice[] {
  const { requests = [], events = [] } = catalogue.value ?? {};
  const byCategory = [...requests].sort((a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name));
  return [
    ...events.map(({ shortCode, name }) => ({
      ...{ id: `event ${shortCode}`, group: "events", title: shortCode, about: name },
      choose: () => chooseEvent(shortCode),
    })),
    ...byCategory.map(({ name, category, description }) => ({
      ...{ id: name, group: category, title: name, about: description },
      choose: () => chooseRequest(name),
    })),
  ];
}

interface RowProps {
  choice: Choice;
  index: number;
  isCurrent: boolean;
  heading: string | undefined;
  choose(): void;
}

function ChoiceRow({ choice, index, isCurrent, heading, choose }: RowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    <>
      {heading && (
        <div class="chooser-group" role="presentation">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option */}
      <div
        ref={row}
        id={`choice-${index}`}
        role="option"
        aria-selected={isCurrent}
        onPointerDown={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <strong>{choice.title}</strong>
        <span class="soft small">{choice.about}</span>
      </div>
    </>
  );
}
