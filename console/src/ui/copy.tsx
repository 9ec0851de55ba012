import { useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 1200;

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Copies a text, and shows for a moment that it did. */
export function CopyButton({ text, label, name }: { text: () => string; label: string; name?: string }) {
  const [state, setState] = useState("");
  const copy = async (event: Event): Promise<void> => {
    event.stopPropagation();
    setState((await copyText(text())) ? "copied" : "the browser refused");
    setTimeout(() => setState(""), SHOWN_MS);
  };
  return (
    <button
      type="button"
      class={`button quiet ${name ? "small" : "icon"}`}
      onClick={copy}
      title={label}
      aria-label={label}
    >
      <Icon name={state === "copied" ? "check" : "copy"} />
      {name && <span>{state || name}</span>}
      <span class="sr-only" role="status">
        {state}
      </span>
    </button>
  );
}

/** An id, shortened, with a button that copies it whole. */
export function Id({ id, href }: { id: string; href?: string }) {
  const short = id.length > 13 ? `${id.slice(0, 6)}…${id.slice(-4)}` : id;
  return (
    <span class="id" title={id}>
      {href ? <a href={href}>{short}</a> : short}
      <CopyButton text={() => id} label={`Copy ${id}`} />
    </span>
  );
}
