import { Schedules } from "../../../src/domains/schedules/schedules.ts";
import { parsePlayerId } from "../../../src/ids.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { startTestApp } from "../../support/app.ts";

/**
 * A server in a child process, on the given data folder. When it receives a player's id, it schedules the module GROW
 * for now and reports when that is on disk. GROW reports that it has started; after "hang" it never ends.
 */
process.on("disconnect", () => process.exit());
const [data, how] = process.argv.slice(2) as [string, "plan" | "hang" | "run"];
const tell = (what: string) => void process.send?.(what);
const app = await startTestApp({
  data,
  ticks: how !== "plan",
  cloudCode: fakeScripts({
    "modules/GROW": ({ data: { n }, player }) => {
      tell(`began ${n}`);
      const grown = (player!.scriptData.grown as number | undefined) ?? 0;
      const playerChanges = { scriptData: { set: { grown: grown + 1 }, removed: [] }, seen: player!.version ?? 0 };
      return how === "hang" ? new Promise<never>(() => {}) : { playerChanges };
    },
  }),
});
const store = await app.services.stores.open("preview");
process.on("message", async (message) => {
  const [id, n] = String(message).split(" ");
  const player = parsePlayerId(id);
  const wanted = { module: "GROW", delayMs: 1_000, data: JSON.stringify({ n }), player, key: undefined };
  if (await app.services.service(Schedules).add(store, wanted)) tell(`planned ${n}`);
});
// The lease of the killed server has expired by then.
if (how !== "plan") app.clock.advance(how === "run" ? 120_000 : 1_000);
tell(app.httpUrl);
