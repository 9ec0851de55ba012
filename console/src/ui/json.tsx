/** Parts of JSON text: a key, a string, a literal, or marks between them. */
const PART = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Longer text is shown without colours: thousands of elements would make the page slow. */
const MAX_COLOURED = 20_000;

export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? "undefined";
}

/** JSON with colours, as text nodes only. */
export function Json({ text, label }: { text: string; label?: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="json" tabIndex={0} aria-label={label ?? "JSON"}>
      {text.length > MAX_COLOURED ? text : coloured(text)}
    </section>
  );
}

function coloured(text: string) {
  const parts: (string | preact.JSX.Element)[] = [];
  let end = 0;
  for (const { 0: whole, 1: quoted, 2: colon, index } of text.matchAll(PART)) {
    if (index > end) parts.push(<span class="mark">{text.slice(end, index)}</span>);
    parts.push(<span class={colon ? "key" : quoted ? "string" : "literal"}>{whole}</span>);
    end = index + whole.length;
  }
  parts.push(<span class="mark">{text.slice(end)}</span>);
  return parts;
}
