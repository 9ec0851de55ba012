import { fakeScripts } from "../server/fake-scripts.ts";
import { startTestApp, testGame } from "../support/app.ts";

/**
 * A server in a process of its own, on the data and delivery folder that it is given, which takes files at once. The
 * script, a real one, adds to the player whom a file names and notes that it ran; told to "hang", a false one says that it
 * began and never ends.
 */
process.on("disconnect", () => process.exit());
const [data, deliveryFolder, minutes, how] = process.argv.slice(2) as [string, string, string, "hang" | "run"];
const source = `
  var player = Spark.loadPlayer(Spark.getUploadableUtils().retrieveString(Spark.data.uploadId));
  player.setScriptData("got", (player.getScriptData("got") || 0) + 1);
  Spark.runtimeCollection("ran").insert({ file: Spark.data.uploadData.fileName, upload: Spark.data.uploadId });`;
const app = await startTestApp({
  data,
  config: { deliveryFolder, deliveryQuietMs: 0 },
  game: testGame([], { embeddedScripts: [{ type: "system", shortCode: "GS_FILE_DELIVERED", source }] }),
  ...(how === "hang" && {
    cloudCode: fakeScripts({
      "system/GS_FILE_DELIVERED": () => {
        process.send?.("began");
        return new Promise<never>(() => {});
      },
    }),
  }),
});
const store = await app.services.stores.open("preview");
process.on("message", async () => {
  const ran = await store.collection("script.ran").find({}).toArray();
  process.send?.({ ran: ran.map(({ file, upload }) => `${file} ${upload}`) });
});
// By then who worked on a file before must be gone.
app.clock.advance(Number(minutes) * 60_000);
process.send?.(app.httpUrl);
