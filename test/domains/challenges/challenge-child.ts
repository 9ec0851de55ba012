import { join } from "node:path";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Collection, Documents, Store } from "../../../src/store/store.ts";
import { startChallengeApp } from "./support.ts";

/**
 * A server in a child process, on the given data folder. Orders, each acknowledged when done: "kill" with a moment
 * kills the process during the next transaction that changes a challenge, either "written" (before it is on disk) or
 * "kept" (on disk, before messages are sent). "enrich" gives a player a name and 100 of currency 1. "end" moves the
 * clock past the end of all challenges and polls, and polls again when the lease of a killed server has expired.
 */
process.on("disconnect", () => process.exit());
export type Moment = "written" | "kept";
export type Order = { kill: Moment } | { enrich: string; name: string } | "end";

const [data] = process.argv.slice(2) as [string];
let armed: Moment | undefined;

function die(moment: Moment): Promise<void> | void {
  if (moment !== armed) return;
  process.kill(process.pid, "SIGKILL");
  return new Promise<never>(() => {});
}

async function openStore(stage: string): Promise<Store> {
  const store = await openEmbeddedStore({ path: join(data, `${stage}.db`) });
  return {
    collection: store.collection.bind(store),
    async transaction(work) {
      let changes = false;
      const result = await store.transaction(async (documents) => {
        changes = false;
        const note = () => {
          changes = true;
        };
        const done = await work(watched(documents, note));
        if (changes) await die("written");
        return done;
      });
      if (changes) await die("kept");
      return result;
    },
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

function watched(documents: Documents, changed: () => void): Documents {
  return {
    collection: ((name: string) => {
      const collection: Collection = documents.collection(name);
      if (name !== "challengeInstance") return collection;
      return new Proxy(collection, {
        get(target, member) {
          if (/^(insert|update)/.test(String(member))) changed();
          const value: unknown = Reflect.get(target, member);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    }) as Documents["collection"],
  };
}

const scripts = {
  "event/WIN.js": `
    var challenge = Spark.getChallenge(Spark.getData().challenge);
    challenge.winChallenge(Spark.getPlayer());`,
  "event/REMOVE.js": `
    var challenge = Spark.getChallenge(Spark.getData().challenge);
    Spark.setScriptData("removed", challenge.removePlayer(Spark.getData().player));`,
};
const app = await startChallengeApp(scripts, { data, openStore });
process.on("message", async (order: Order) => {
  if (order === "end") {
    app.clock.advance(24 * 3_600_000);
    await app.look();
    app.clock.advance(5_000);
    await app.look();
  } else if ("kill" in order) armed = order.kill;
  else await app.enrich(order.enrich, order.name);
  process.send?.("done");
});
process.send?.(app.httpUrl);
