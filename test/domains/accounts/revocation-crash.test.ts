import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FacebookStandIn, startFacebookStandIn } from "../../../examples/starter/stand-ins/facebook.ts";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { connect } from "../../../src/domains/accounts/connect.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { register } from "../../../src/domains/accounts/registration.ts";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { playerIdOf } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Store } from "../../../src/store/store.ts";
import { FakeClock } from "../../jobs/support.ts";
import { type RevocationPlace, startRevoking } from "../../support/revocation-child.ts";

const CHILD = new URL("../../support/revocation-child.ts", import.meta.url);
const TOKEN = "token-of-ada";

let folder: string;
let facebook: FacebookStandIn;
let place: RevocationPlace;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-revocation-"));
  facebook = await startFacebookStandIn({ appId: "app", appSecret: "secret" });
  const integration = { facebookAppId: "app", facebookSecret: "secret", graphUrl: facebook.url };
  place = { tokenKeys: newKey(), facebook: integration };
});
afterEach(async () => {
  await facebook.close();
  await rm(folder, { recursive: true });
});

async function addPlayer(store: Store): Promise<void> {
  await prepareCollections(accountsDomain, store);
  facebook.addUser({ id: "ada", name: "Ada", accessTokens: [TOKEN] });
  const newcomer = { currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: 0 };
  const { _id } = await store.transaction((tx) => register(tx, { ...newcomer, userName: "ada" }, "hash"));
  const profile = { id: "ada", token: TOKEN };
  const tokens = await startRevoking(store, place).linkTokens.seal({ systemId: "FB" }, profile);
  const link = { ...newcomer, systemId: "FB" as const, field: "accessToken", profile: { id: "ada" }, tokens };
  await store.transaction((tx) => connect(tx, playerIdOf(_id), { ...link, flags: {}, segments: {} }));
}

/** Whether the child was killed; false if it finished. */
async function runChild(path: string, killAt: number): Promise<boolean> {
  const child = fork(CHILD, [path, String(killAt), JSON.stringify(place)], { execArgv: [] });
  const [code, signal] = await once(child, "exit");
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`The child ended with ${code} ${signal}.`);
  return signal === "SIGKILL";
}

it("a server killed at any point of a disconnect leaves the link, or a token that the next server revokes", async () => {
  const outcomes = { linked: 0, revokedLater: 0, revokedBefore: 0 };
  let killAt = 0;
  for (let killed = true; killed; ) {
    killAt += 1;
    const path = join(folder, `${killAt}.db`);
    const before = await openEmbeddedStore({ path });
    await addPlayer(before);
    await before.close();
    facebook.requests.length = 0;
    killed = await runChild(path, killAt);
    const revokedBefore = facebook.requests.length;

    const after = await openEmbeddedStore({ path });
    const clock = new FakeClock();
    clock.advance(600_000);
    await startRevoking(after, place, clock).work();
    const { links, tokenRevocations } = accounts(after);
    const isLinked = (await links.countDocuments({})) === 1;
    expect(await tokenRevocations.countDocuments({})).toBe(0);
    await after.close();

    const calls = facebook.requests.map(({ method, path: at }) => `${method} ${at}`);
    expect(calls, `killed before operation ${killAt}`).toEqual(
      isLinked ? [] : Array(calls.length).fill("DELETE /me/permissions"),
    );
    if (!isLinked) expect(calls.length).toBeGreaterThan(0);
    outcomes[isLinked ? "linked" : revokedBefore > 0 ? "revokedBefore" : "revokedLater"] += 1;
  }
  // Every part of the work was reached: the transaction, the time between commit and call, and the call.
  expect(outcomes.linked).toBeGreaterThan(5);
  expect(outcomes.revokedLater).toBeGreaterThan(1);
  expect(outcomes.revokedBefore).toBeGreaterThan(0);
});
