import { useRef } from "preact/hooks";

export interface Tab {
  id: string;
  title: string;
  count?: number | undefined;
}

/** Arrow keys move between the tabs. */
export function Tabs({
  tabs,
  current,
  choose,
  label,
}: {
  tabs: readonly Tab[];
  current: string;
  choose(id: string): void;
  label: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex(({ id }) => id === current);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next.id);
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map(({ id, title, count }) => (
        <button
          type="button"
          role="tab"
          key={id}
          id={`tab-${id}`}
          aria-selected={id === current}
          aria-controls="tab-panel"
          tabIndex={id === current ? 0 : -1}
          onClick={() => choose(id)}
        >
          {title}
          {count !== undefined && <span class="soft small"> {count}</span>}
        </button>
      ))}
    </div>
  );
}
