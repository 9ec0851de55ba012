import { type Column, DataTable } from "./data-table.tsx";
import { Json, jsonText } from "./json.tsx";
import { Time } from "./time.tsx";

type Row = Record<string, unknown>;
const MAX_COLUMNS = 12;

/** A list of objects as a table, with the members of all of them as columns; anything else as JSON. */
export function ResultView({ value, label }: { value: unknown; label: string }) {
  if (!isRows(value)) return <Json text={jsonText(value)} label={label} />;
  const names = [...new Set(value.flatMap((row) => Object.keys(row)))].slice(0, MAX_COLUMNS);
  const numbered = value.map((row, index) => ({ row, index }));
  return (
    <DataTable
      label={label}
      rows={numbered}
      keyOf={({ index }) => String(index)}
      columns={names.map(
        (name): Column<{ row: Row; index: number }> => ({
          title: name,
          isNumber: value.every((row) => row[name] === undefined || typeof row[name] === "number"),
          cell: ({ row }) => <Cell value={row[name]} />,
        }),
      )}
    />
  );
}

function isRows(value: unknown): value is Row[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => typeof row === "object" && row !== null && !Array.isArray(row))
  );
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

function Cell({ value }: { value: unknown }) {
  return typeof value === "string" && DATE.test(value) ? (
    <Time at={value} />
  ) : (
    <span class="cut">{cellText(value)}</span>
  );
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
