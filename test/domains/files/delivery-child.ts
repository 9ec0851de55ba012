import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { FileDeliveries } from "../../../src/domains/files/file-deliveries.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Collection, Store } from "../../../src/store/store.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { startTestApp, testGame } from "../../support/app.ts";

/**
 * A server in a child process, on the given data and delivery folder; files are complete immediately. The script
 * changes the player named by the file and records its run. "run": the server polls once and reports when the files it
 * found are processed. "hang": it polls repeatedly, with a fake script that reports its start and never ends. A number
 * N: the process kills itself at the Nth write, counting before and after each claim, transaction, delete and write of
 * the script; if there are fewer, it exits.
 */
process.on("disconnect", () => process.exit());
const [data, deliveryFolder, minutes, how] = process.argv.slice(2) as [string, string, string, string];
let steps = 0;

async function stepping<T>(work: () => Promise<T>): Promise<T> {
  step();
  const result = await work();
  step();
  return result;
}

function step(): void {
  steps++;
  if (steps === Number(how)) process.kill(process.pid, "SIGKILL");
}

async function openStore(stage: string): Promise<Store> {
  const store = await openEmbeddedStore({ path: join(data, `${stage}.db`) });
  return {
    collection: ((name: string) => {
      const collection = store.collection(name);
      return name === "fileDelivery" || name === "script.ran" ? steppingCollection(collection) : collection;
    }) as Store["collection"],
    transaction: (work) => stepping(() => store.transaction(work)),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

function steppingCollection(collection: Collection): Collection {
  return new Proxy(collection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const isWrite = /^(insert|update|delete|findOneAnd)/.test(String(name));
      const call = (...input: unknown[]) => member.apply(target, input);
      return isWrite ? (...input: unknown[]) => stepping(() => call(...input)) : call;
    },
  });
}

const source = `
  var player = Spark.loadPlayer(Spark.getUploadableUtils().retrieveString(Spark.data.uploadId));
  player.setScriptData("got", (player.getScriptData("got") || 0) + 1);
  Spark.runtimeCollection("ran").insert({ file: Spark.data.uploadData.fileName, upload: Spark.data.uploadId });`;
const app = await startTestApp({
  data,
  openStore,
  ticks: false,
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
// The lease of the killed server has expired by then.
app.clock.advance(Number(minutes) * 60_000);
process.send?.(app.httpUrl);
const fileDeliveries = app.services.service(FileDeliveries);
while (how === "hang") {
  await fileDeliveries.poll();
  await setTimeout(20);
}
await fileDeliveries.poll();
await fileDeliveries.settled();
if (how !== "run") process.exit();
process.send?.("done");
