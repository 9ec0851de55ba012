import { afterEach, expect, it } from "vitest";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import type { LoneScript } from "../../src/kernel/scripts/runner.ts";
import type { Documents } from "../../src/store/store.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { signIn } from "./support.ts";

let app: TestApp;
let ada: PlayerId;
afterEach(() => app.discard());

/** Runs a module whose result is the given one, as a player who has 5 of currency 1; tells what was written beside it. */
async function run(result: Partial<ScriptResult>, others: Partial<LoneScript> = {}) {
  app = await startTestApp({ ticks: false, cloudCode: fakeScripts({ "modules/IT": () => result }) });
  ada = (await signIn(await app.client(), "ada")) as PlayerId;
  const store = app.services.stores.opened("preview")!;
  await accounts(store).players.updateOne({ _id: objectIdOf(ada) }, { $set: { "currencies.0": 5 } });
  const beside: unknown[] = [];
  const ended = await app.services.scripts.run({
    ...{ kind: "modules", name: "IT", stage: "preview", player: ada },
    alongside: async (tx, { failure }) => {
      beside.push(failure?.kind ?? "ok");
      await tx.collection("beside").insertOne({});
    },
    ...others,
  });
  const player = (await accounts(store).players.findOne({ _id: objectIdOf(ada) }))!;
  return { ended, beside, has: player.currencies[0], written: await store.collection("beside").countDocuments({}) };
}
const taking = (amount: number) => ({ playerChanges: { balances: { currency1: -amount } } });

it("writes a script's player changes together with `alongside`", async () => {
  const { ended, ...left } = await run(taking(2));
  expect(left).toEqual({ beside: ["ok"], has: 3, written: 1 });
  expect(ended).toMatchObject({ version: 1, runId: expect.any(String) });
  expect(app.services.metrics.scripts.get("modules/IT")!.outcomes).toEqual(new Map([["ok", 1]]));
});

it("writes only `alongside` if the script failed", async () => {
  const { ended, ...left } = await run({ ...taking(2), failure: { kind: "timeout", message: "late" } });
  expect(left).toEqual({ beside: ["timeout"], has: 5, written: 1 });
  expect(ended.failure).toMatchObject({ kind: "timeout" });
});

it("fails if what was deducted is no longer available and the script cannot be repeated", async () => {
  const { ended, ...left } = await run({ ...taking(6), wrote: true });
  expect(left).toEqual({ beside: ["error"], has: 5, written: 1 });
  expect(ended.failure!.message).toBe(
    "Another script changed the player first, and the deduction is no longer possible.",
  );
  expect(app.log).toContainEqual(
    expect.objectContaining({ msg: "a script failed", script: "modules/IT", runId: ended.runId }),
  );
});

it("writes nothing if `alongside` is refused", async () => {
  const refused = run(taking(2), { alongside: () => Promise.reject(new Error("taken over")) });
  await expect(refused).rejects.toThrow("taken over");
  const store = app.services.stores.opened("preview")!;
  expect((await accounts(store).players.findOne({ _id: objectIdOf(ada) }))!.currencies[0]).toBe(5);
});

const tooMuch = { playerChanges: { scriptData: { set: { much: "x".repeat(17 * 1024 * 1024) }, removed: [] } } };

it("fails if the store rejects the changes, and writes `alongside`", async () => {
  const { ended, ...left } = await run(tooMuch);
  expect(left).toEqual({ beside: ["error"], has: 5, written: 1 });
  expect(ended.failure).toEqual({
    kind: "error",
    message: expect.stringMatching(/^The store rejected its changes: The document is \d+ bytes long/),
  });
});

it("writes nothing if `alongside` is too large", async () => {
  const alongside = async (tx: Documents) => {
    await tx.collection("beside").insertOne({ much: "x".repeat(17 * 1024 * 1024) });
  };
  await expect(run(taking(2), { alongside })).rejects.toMatchObject({ code: "DOCUMENT_TOO_LARGE" });
  const store = app.services.stores.opened("preview")!;
  expect((await accounts(store).players.findOne({ _id: objectIdOf(ada) }))!.currencies[0]).toBe(5);
});
