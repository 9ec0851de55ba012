import { Type } from "@sinclair/typebox";
import { eventsOf } from "../../src/game/events.ts";
import type { Game } from "../../src/game/game.ts";
import { type AnyRequest, defineRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import { benchGame } from "./game.ts";

const MODULES = 20;
const LINES = 1_000;
/** Lines of a module's functions: dense ones, and as in games that publish their modules, where it is 30 on average. */
export const FUNCTION_LINES = [10, 30] as const;
const TEN_READS = `
  var collection = Spark.runtimeCollection("bench");
  for (var n = 0; n < 10; n++) collection.findOne({ _id: "doc-" + n });`;

/** By event: what its script does. */
const EVENTS: Readonly<Record<string, string>> = {
  EMPTY: "// nothing",
  STORE: `
    var collection = Spark.runtimeCollection("bench");
    var id = Spark.getPlayer().getPlayerId();
    var found = collection.findOne({ _id: id });
    collection.update({ _id: id }, { $set: { count: found === null ? 1 : found.count + 1 } }, true, false);`,
  ...Object.fromEntries(
    FUNCTION_LINES.flatMap((lines) => [
      [`ONE_MODULE_${lines}`, including(1, lines)],
      [`MANY_MODULES_${lines}`, including(MODULES, lines)],
    ]),
  ),
  PLAY: `
    var found = Spark.runtimeCollection("bench").findOne({ _id: "doc-1" });
    Spark.setScriptData("found", found === null);`,
  LOOP: "while (true) {}",
  BOMB: "var all = []; while (true) all.push(new Array(100000).fill(7));",
  LOG: 'var line = new Array(1000001).join("x"); for (var n = 0; n < 100; n++) Spark.getLog().info(line);',
};

function including(modules: number, functionLines: number): string {
  const all = Array.from({ length: modules }, (_, n) => `requireOnce("${moduleName(n, functionLines)}");`);
  return `${all.join("\n")} ${TEN_READS}`;
}

function moduleName(module: number, functionLines: number): string {
  return `module${module}_${functionLines}`;
}

/** A game whose events have scripts. */
export function cloudCodeGame(): Game {
  const events = Object.entries(EVENTS).map(([shortCode, source]) => ({ type: "event", shortCode, source }));
  const modules = FUNCTION_LINES.flatMap((lines) =>
    Array.from({ length: MODULES }, (_, n) => ({
      type: "modules",
      shortCode: moduleName(n, lines),
      source: moduleOf(n, lines),
    })),
  );
  return {
    ...benchGame(),
    events: eventsOf(
      Object.keys(EVENTS).map((shortCode) => ({ shortCode })),
      "bench",
      [],
    ),
    embeddedScripts: [...events, ...modules],
  };
}

/** As games have them: functions that read their arguments and answer an object. */
function moduleOf(module: number, functionLines: number): string {
  const steps = (n: number) =>
    Array.from({ length: functionLines - 9 }, (_, step) => `  result.left = (amount + ${step}) % ${n + 1};\n`).join("");
  const functions = Array.from(
    { length: Math.ceil(LINES / functionLines) },
    (_, n) => `
function helper_${module}_${n}(player, amount) {
  var result = { ok: true, amount: amount, left: 0 };
  if (player === null || amount <= 0) {
    result.ok = false;
    return result;
  }
${steps(n)}  return result;
}`,
  );
  return functions.join("");
}

/** What the script of STORE does, done by a handler. */
export const direct = defineRequest({
  name: "DirectRequest",
  responseName: "DirectResponse",
  category: "misc",
  description: "One findOne and one update.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({}),
  errors: [],
  examples: [],
  async handle({ documents, player }) {
    const collection = documents.collection<{ _id: string; count: number }>("script.bench");
    const found = await collection.findOne({ _id: player });
    await collection.updateOne({ _id: player }, { $set: { count: (found?.count ?? 0) + 1 } }, { upsert: true });
    return { response: {} };
  },
});

export const benchRequests: ReadonlyMap<string, AnyRequest> = new Map([...requests, [direct.name, direct]]);

export const event = (eventKey: string): string =>
  JSON.stringify({ "@class": ".LogEventRequest", eventKey, requestId: "1" });
