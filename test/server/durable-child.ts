import { Type } from "@sinclair/typebox";
import { startTestApp, testGame } from "../support/app.ts";
import { testRequest, withRequests } from "./support.ts";

/**
 * A server in a process of its own, on the data folder that it is given. DoRequest and its scripts say where they are;
 * at the place that the process is given they stay for ever. Each counts what it did in a collection.
 */
process.on("disconnect", () => process.exit());
const [data, place] = process.argv.slice(2) as [string, string];

async function at(here: string) {
  process.send?.(`at ${here}`);
  if (here === place) await new Promise(() => {});
  return { response: {} };
}
const script = (before: string, where: string, after: string) => `
  var done = Spark.runtimeCollection("done"), inc = {};
  function add(member) { inc = {}; inc[member] = 1; done.update({ _id: "all" }, { $inc: inc }, true, false); }
  add("${before}"); Spark.sendRequest({ "@class": ".AtRequest", where: "${where}" }); add("${after}");
  Spark.setScriptData("done", done.findOne({ _id: "all" }));`;

const app = await startTestApp({
  data,
  game: testGame([], {
    folder: data,
    embeddedScripts: [
      { type: "request", shortCode: "DoRequest", source: script("n", "request", "m") },
      { type: "response", shortCode: "DoResponse", source: script("x", "response", "y") },
    ],
  }),
  requests: withRequests(
    testRequest({
      name: "AtRequest",
      fields: Type.Object({ where: Type.String() }),
      handle: (_context, { where }) => at(String(where)),
    }),
    testRequest({ name: "DoRequest", work: "write", handle: () => at("work") }),
  ),
});
process.send?.(app.url);
