/** The result of an operation for people: a table, or a line for each member. */
export function resultText(result: object): string {
  if (!Array.isArray(result)) {
    const rows = Object.entries(result).map(([name, value]) => [name, cell(value)]);
    return lines(rows);
  }
  if (result.length === 0) return "None.\n";
  // The row with the most members first, since its members are in their order.
  const names = result.map((row: object) => Object.keys(row)).sort((one, other) => other.length - one.length);
  const columns = [...new Set(names.flat())];
  const rows = result.map((row: Record<string, unknown>) => columns.map((column) => cell(row[column])));
  return lines([columns, ...rows]);
}

function lines(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, i) => text.padEnd(widths[i]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return printable(value.join(","));
  return printable(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Line breaks, escape sequences of terminals, and marks that change the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Names come from clients of the HTTP APIs and from networks, so they must not write to the terminal as they like. */
function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
