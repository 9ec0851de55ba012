import type { Call, Services } from "../call.ts";
import { changesOf, runScript } from "./run-script.ts";

/** Cloud Code before the work. Its changes to players are written with the work, in one transaction. */
export async function runRequestScript(services: Services, call: Call): Promise<void> {
  const { name } = call.known;
  if (!services.cloudCode.has("request", name)) return;
  const result = await runScript(services, call, { kind: "request", name, data: call.frame, player: call.player });
  call.scriptChanges = changesOf(result);
}
