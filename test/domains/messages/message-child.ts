import { fakeScripts } from "../../server/fake-scripts.ts";
import { testGame } from "../../support/app.ts";
import { resume, startMessageApp } from "./support.ts";

/**
 * A server in a child process, on the given data folder. With "scripts", messages have scripts: the global one reports
 * its run; after "hang", the first user script reports its start and never ends. With "sender", ReadSendRequest has a
 * real script that sends messages as requested and never ends.
 */
process.on("disconnect", () => process.exit());
const [data, how] = process.argv.slice(2) as [string, "plain" | "scripts" | "hang" | "sender"];
const tell = (what: string) => void process.send?.(what);
const sender = {
  type: "request",
  shortCode: "ReadSendRequest",
  source: "Spark.message('NEWS').setPlayerIds(Spark.data.to).setMessageData(Spark.data.data).send(); while (true);",
};
const app = await startMessageApp({
  data,
  ...(how === "sender" && { game: testGame([], { embeddedScripts: [sender] }), config: { scriptTimeoutMs: 60_000 } }),
  ...((how === "scripts" || how === "hang") && {
    cloudCode: fakeScripts({
      "message-global/ScriptMessage": () => {
        tell("global");
        return { scriptData: { global: 1 } };
      },
      "message-user/ScriptMessage": ({ scriptData, player }) => {
        tell("user");
        const playerChanges = { scriptData: { set: { [`ran ${player!.scriptData.runs ?? 0}`]: 1 }, removed: [] } };
        return how === "hang"
          ? new Promise<never>(() => {})
          : { scriptData: { ...scriptData, user: 1 }, playerChanges };
      },
    }),
  }),
});
// The lease of the killed server has expired by then.
if (how === "scripts") {
  app.clock.advance(60_000);
  await app.services.stores.open("preview");
  await resume(app);
}
tell(app.url);
