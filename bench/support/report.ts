import { ratios, spread } from "./figures.ts";
import type { Row } from "./workload.ts";

const HEAD = ["", "unit", "server", "beside", "ratio", "aim", ""];

/** The rows as a table: medians, and in brackets the least and the most of the rounds. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cellsOf({ what, unit, subject, floor, aim }: Row): string[] {
  const ratio = floor.length > 0 ? `${spread(ratios(subject, floor))}×` : "";
  return [what, unit, spread(subject), spread(floor), ratio, aim?.text ?? "", aim ? (aim.met ? "met" : "NOT MET") : ""];
}
