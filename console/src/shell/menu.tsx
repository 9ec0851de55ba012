import { useEffect, useRef, useState } from "preact/hooks";
import { signOut, started } from "../state/session.ts";
import { type Theme, theme } from "../state/theme.ts";

const THEMES: readonly [Theme, string][] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** Who is signed in, the colours, and the way out. */
export function Menu() {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const { session, version } = started.value ?? {};

  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !root.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, [isOpen]);

  return (
    <div class="menu" ref={root}>
      <button type="button" class="button quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {session?.name ?? "Menu"} <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <div class="menu-panel stack">
          <p>
            Signed in as <strong>{session?.name}</strong>, role {session?.role}
          </p>
          <fieldset class="themes">
            <legend class="soft small">Colours</legend>
            {THEMES.map(([value, title]) => (
              <label key={value}>
                <input
                  type="radio"
                  name="theme"
                  checked={theme.value === value}
                  onChange={() => {
                    theme.value = value;
                  }}
                />{" "}
                {title}
              </label>
            ))}
          </fieldset>
          <button type="button" class="button" onClick={signOut}>
            Sign out
          </button>
          <p class="soft small">Rekindle {version}</p>
        </div>
      )}
    </div>
  );
}
