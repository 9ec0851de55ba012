import { mergeChanges } from "../../domains/accounts/index.ts";
import type { ScriptKind } from "../../kernel/scripts/result.ts";
import type { Call, Services } from "../call.ts";
import { changesOf, runScript } from "./run-script.ts";

interface Script {
  kind: ScriptKind;
  name: string;
}

/** The scripts that run before the work, in order: the request's, then the event's. */
export function scriptsBefore({ cloudCode }: Services, call: Call): Script[] {
  return [requestScript(call), eventScript(call)].filter(
    (script) => script !== undefined && call.scripted(cloudCode, script.kind, script.name),
  ) as Script[];
}

const requestScript = ({ known }: Call): Script => ({ kind: "request", name: known.name });
const eventScript = ({ known, request }: Call): Script | undefined => known.boundScript?.(request!);

export async function runRequestScript(services: Services, call: Call): Promise<void> {
  await runBefore(services, call, requestScript(call));
}

/** Sees the changes of the request's script. Skipped if that failed or set an error. */
export async function runEventScript(services: Services, call: Call): Promise<void> {
  await runBefore(services, call, eventScript(call));
}

/** Player changes are written in the transaction of the work. */
async function runBefore(services: Services, call: Call, script: Script | undefined): Promise<void> {
  if (call.isRefused || script === undefined || !call.scripted(services.cloudCode, script.kind, script.name)) return;
  const { mode, wrote } = call.scripts;
  const mayRunAgain = mode === "checked" && !wrote;
  const result = await runScript(services, call, {
    ...script,
    data: call.completed!,
    player: call.player,
    mayRunAgain,
  });
  const hasWritten = wrote || result.wrote === true;
  const merged = mergeChanges(call.scripts.changes, changesOf(result));
  call.scripts.wrote = hasWritten;
  call.scripts.changes = merged && { ...merged, ...(hasWritten && { wrote: true }) };
}
