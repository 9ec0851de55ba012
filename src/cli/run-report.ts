import { placed } from "../kernel/scripts/place.ts";
import type { PlayerChange } from "./player-changes.ts";
import type { RunReport } from "./run-once.ts";

export function reportText(report: RunReport): string {
  const { ran, player, response, scriptData, scriptErrors, messages, scripts, changes, durationMs } = report;
  const who = player && `${player.displayName ?? player.userName} (${player.id}${player.isNew ? ", new" : ""})`;
  const left = response ?? { scriptData, scriptErrors };
  const sections = [
    section(response ? "Response" : "Script data", [JSON.stringify(left, null, 2)]),
    section(
      "Failed",
      scripts.flatMap(({ failure }) => (failure ? [placed(failure)] : [])),
    ),
    section("Scripts that cannot be used", report.outOfService.map(placed)),
    section(
      "Messages",
      messages.map((message) => JSON.stringify(message, null, 2)),
    ),
    section(
      "Log",
      scripts.flatMap(({ script, log }) => log.map((line) => logLine(script, line))),
    ),
    section("Player changes", changes.map(changeLine)),
    section("Scripts", scripts.map(scriptLine)),
  ];
  return [`${ran}${who ? ` as ${who}` : ""}`, ...sections.flat(), "", `Finished in ${ms(durationMs)}.`, ""].join("\n");
}

function section(heading: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", heading, ...lines.map((line) => line.replace(/^/gm, "  "))];
}

type Script = RunReport["scripts"][number];

function logLine(script: string, { level, message, file, line }: Script["log"][number]): string {
  const place = file === undefined ? script : line === undefined ? file : `${file}:${line}`;
  return `${level.padEnd(5)} ${place}  ${typeof message === "string" ? message : JSON.stringify(message)}`;
}

function changeLine({ what, before, after }: PlayerChange): string {
  return `${what}: ${value(before)} → ${value(after)}`;
}

function scriptLine({ script, durationMs, calls }: Script): string {
  const all = Object.entries(calls);
  const list = all.map(([name, count]) => (count === 1 ? name : `${name} ${count} times`)).join(", ");
  return `${script}  ${ms(durationMs)}${all.length > 0 ? `, calls: ${list}` : ""}`;
}

function value(json: unknown): string {
  return json === undefined ? "nothing" : JSON.stringify(json);
}

function ms(duration: number): string {
  return `${duration < 10 ? duration.toFixed(1) : Math.round(duration)} ms`;
}
