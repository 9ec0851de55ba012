import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lockOf } from "../../../src/domains/challenges/lock.ts";
import { type ChallengeApp, ok, type Player, startChallengeApp } from "./support.ts";

/** A script that calls `pause()` waits until the test opens the gate. */
const begin = `
  var challenge = Spark.getChallenge(Spark.getData().challenge);
  function note(what) {
    var now = Spark.getChallenge(challenge.getId());
    now.setScriptData("notes", (now.getScriptData("notes") || []).concat(what));
  }
  function pause() { Spark.lockKey("gate", 60000); Spark.unlockKey("gate"); }`;
const SCRIPTS = {
  "LOCK AND PAUSE": 'Spark.lock(challenge); note("locked"); pause(); note("opened"); Spark.unlock(challenge);',
  "LOCK TWICE":
    'Spark.lock(challenge); Spark.lock(challenge); note("twice"); Spark.unlock(challenge); pause(); note("opened");',
  "LOCK AND UNLOCK":
    'Spark.lock(challenge); Spark.lock(challenge); Spark.unlock(challenge); Spark.unlock(challenge); note("unlocked"); pause();',
  "UNLOCK ALONE": "Spark.unlock(challenge); Spark.unlock(challenge);",
  "AND END": "Spark.lock(challenge); Spark.lock(challenge);",
  "AND THROW": 'Spark.lock(challenge); throw "out";',
  "AND EXIT": "Spark.lock(challenge); Spark.exit();",
  "AND RUN ON": "Spark.lock(challenge); while (true) {}",
  LOCK: 'Spark.lock(challenge); note("other");',
  SET: 'challenge.setScriptData("set", true);',
  START: "challenge.startChallenge();",
};

let app: ChallengeApp;
let [ada, grace]: Player[] = [];
let id: string;
let locked: string;
beforeAll(async () => {
  const events = Object.entries(SCRIPTS).map(([key, code]) => [`event/${key}.js`, `${begin} ${code}`]);
  app = await startChallengeApp(Object.fromEntries(events), { config: { scriptCpuMs: 300 } });
});
afterAll(() => app.discard());
beforeEach(async () => {
  [ada, grace] = [await app.player("ada"), await app.player("grace")];
  id = await app.issue(ada, { minPlayers: 3 });
  await ok(grace.request("JoinChallengeRequest", { challengeInstanceId: id }));
  locked = `preview:${lockOf(id)}`;
});

const run = (player: Player, eventKey: string) => player.request("LogEventRequest", { eventKey, challenge: id });

/** Settles at the next attempt to acquire the lock. */
function asked(name: string): Promise<void> {
  const { locks } = app.services;
  const { acquire } = locks;
  const { promise, resolve } = Promise.withResolvers<void>();
  locks.acquire = (...args) => {
    const taking = acquire(...args);
    if (args[0] === name) {
      locks.acquire = acquire;
      resolve();
    }
    return taking;
  };
  return promise;
}

async function isFree(): Promise<boolean> {
  const lock = await app.services.locks.acquire(locked, 0);
  await lock?.release();
  return lock !== undefined;
}

/** Runs a script up to its `pause`. */
async function paused(eventKey: string) {
  const gate = await app.services.locks.acquire("preview:gate", 0);
  const atGate = asked("preview:gate");
  const answer = run(ada!, eventKey);
  await atGate;
  return { answer, open: () => gate!.release() };
}

describe("a challenge locked by a script", () => {
  it.each(["LOCK AND PAUSE", "LOCK TWICE"])("makes another script wait until it is unlocked: %s", async (first) => {
    const one = await paused(first);
    const isAsked = asked(locked);
    const other = run(grace!, "LOCK");
    await isAsked;
    const [before] = (await app.stored(id)).scriptData["notes"] as string[];
    expect((await app.stored(id)).scriptData).toEqual({ notes: [before] });
    await one.open();
    await Promise.all([ok(one.answer), ok(other)]);
    expect((await app.stored(id)).scriptData).toEqual({ notes: [before, "opened", "other"] });
  });

  it.each([
    ["SET", { scriptData: { notes: ["locked", "opened"], set: true } }],
    ["START", { state: "RUNNING" }],
  ])("makes changes by a script without a lock wait: %s", async (change, changed) => {
    const one = await paused("LOCK AND PAUSE");
    const isAsked = asked(locked);
    const other = run(grace!, change);
    await isAsked;
    expect(await app.stored(id)).toMatchObject({ state: "ISSUED", scriptData: { notes: ["locked"] } });
    await one.open();
    await Promise.all([ok(one.answer), ok(other)]);
    expect(await app.stored(id)).toMatchObject(changed);
  });

  it("is released once it is unlocked as often as it was locked, before the script ends", async () => {
    const one = await paused("LOCK AND UNLOCK");
    await ok(run(grace!, "LOCK"));
    expect((await app.stored(id)).scriptData).toEqual({ notes: ["unlocked", "other"] });
    await one.open();
    await ok(one.answer);
  });

  it("cannot be unlocked by another script", async () => {
    const one = await paused("LOCK AND PAUSE");
    await ok(run(grace!, "UNLOCK ALONE"));
    expect(await isFree()).toBe(false);
    await one.open();
    await ok(one.answer);
    expect(await isFree()).toBe(true);
  });

  it.each(["AND END", "AND THROW", "AND EXIT", "AND RUN ON"])(
    "is released when the script ends: %s",
    async (ending) => {
      await run(ada!, ending);
      expect(await isFree()).toBe(true);
      await ok(run(grace!, "LOCK"));
      expect((await app.stored(id)).scriptData).toEqual({ notes: ["other"] });
    },
  );
});
