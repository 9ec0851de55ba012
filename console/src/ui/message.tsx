import type { ComponentChildren } from "preact";

/** A sentence about what went wrong, announced to screen readers. */
export function Problem({ text, retry }: { text: string | undefined; retry?: () => void }) {
  if (!text) return null;
  return (
    <div class="notice error" role="alert">
      <span class="grow">{text}</span>
      {retry && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What would be here, and how to get it. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
