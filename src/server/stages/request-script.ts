import type { WriteMode } from "../../domains/accounts/index.ts";
import { mergeChanges } from "../../domains/accounts/index.ts";
import type { ScriptKind } from "../../kernel/scripts/result.ts";
import type { Call, Services } from "../call.ts";
import { changesOf, runScript } from "./run-script.ts";

/** The scripts that run before the work, in order: that of the request, then that of its event. */
export function scriptsBefore({ cloudCode }: Services, call: Call): { kind: ScriptKind; name: string }[] {
  const { known, request } = call;
  const all: { kind: ScriptKind; name: string }[] = [{ kind: "request", name: known.name }];
  if (known.boundScript) all.push(known.boundScript(request!));
  return all.filter(({ kind, name }) => call.scripted(cloudCode, kind, name));
}

/**
 * Cloud Code before the work. Each script sees what the one before it changed; the next does not run where one failed or
 * set an error. Their changes to players are written with the work, in one transaction.
 */
export async function runRequestScripts(services: Services, call: Call, mode: WriteMode): Promise<void> {
  let wrote = false;
  for (const { kind, name } of scriptsBefore(services, call)) {
    const mayRunAgain = mode === "checked" && !wrote;
    const script = { kind, name, data: call.completed!, player: call.player, mayRunAgain };
    const result = await runScript(services, call, script);
    wrote ||= result.wrote === true;
    const changes = mergeChanges(call.scriptChanges, changesOf(result));
    call.scriptChanges = changes && { ...changes, ...(wrote && { wrote }) };
    if (call.refusal || call.hasScriptErrors) return;
  }
}
