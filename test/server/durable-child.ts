import { startTestApp } from "../support/app.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { count, withRequests } from "./support.ts";

/**
 * A server in a process of its own, on the data folder that it is given. Its response script of CountRequest adds
 * script data; told to "hang", it says that it was reached and never ends.
 */
process.on("disconnect", () => process.exit());
const [data, how] = process.argv.slice(2) as [string, "hang" | "run"];
const app = await startTestApp({
  data,
  requests: withRequests(count),
  cloudCode: fakeScripts({
    "response/CountResponse": (run) => {
      process.send?.("in the response script");
      return how === "hang" ? new Promise(() => {}) : { scriptData: { ...run.scriptData, answered: run.data.count } };
    },
  }),
});
process.send?.(app.url);
