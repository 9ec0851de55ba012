import { join } from "node:path";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Collection, Documents, Store } from "../../../src/store/store.ts";
import { startChallengeApp } from "./support.ts";

/**
 * A server in a process of its own, on the data folder that it is given. Told "kill" with a moment, it kills itself at that
 * moment of the next transaction that changes a challenge: "written", when all is written and before it is on disk; or
 * "kept", when it is on disk and before anybody is told. Told "enrich", a player has a name and 100 of currency 1. Told
 * "end", the clock is past the end of all challenges and they are polled, and polled again when the lease of a killed
 * server has expired. Each order is answered when it is done.
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
