import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { changeDetails } from "../../../src/domains/accounts/details.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { login, provePassword } from "../../../src/domains/accounts/login.ts";
import {
  createPasswords,
  MAX_PASSWORD_LENGTH,
  type Passwords,
  PasswordsBusy,
} from "../../../src/domains/accounts/passwords.ts";
import { register } from "../../../src/domains/accounts/registration.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../../src/ids.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

/** What Node was asked to compute: the work that a stranger could measure. */
const work = vi.hoisted(() => ({ hashes: [] as Record<string, unknown>[], comparisons: [] as [number, number][] }));
vi.mock("node:crypto", async (importOriginal) => {
  const crypto = await importOriginal<typeof import("node:crypto")>();
  const argon2: typeof crypto.argon2 = (algorithm, parameters, callback) => {
    const { message, nonce, ...cost } = parameters;
    work.hashes.push({
      algorithm,
      message: Buffer.from(message as Buffer).length,
      nonce: Buffer.from(nonce as Buffer).length,
      ...cost,
    });
    crypto.argon2(algorithm, parameters, callback);
  };
  const timingSafeEqual: typeof crypto.timingSafeEqual = (one, other) => {
    work.comparisons.push([one.byteLength, other.byteLength]);
    return crypto.timingSafeEqual(one, other);
  };
  return { ...crypto, argon2, timingSafeEqual };
});

const NOW = Date.UTC(2026, 0, 2);
const MINUTE_MS = 60_000;
const LIMITS = { loginFailuresBeforeLock: 3, loginLockMinutes: 10 };
const NEWCOMER = { currencies: [0, 0, 0, 0, 0, 0], now: NOW };
const passwords = createPasswords({ atOnce: 2, queued: 100 });

let opened: OpenStore;
let store: Store;
beforeEach(async () => {
  opened = await engines[0]!.open();
  store = opened.store;
  await prepareCollections(accountsDomain, store);
});
afterEach(() => opened.discard());

const registered = async (userName: string, hash?: string): Promise<PlayerId> => {
  const phc = hash ?? (await passwords.hash("right"));
  return playerIdOf((await store.transaction((tx) => register(tx, { ...NEWCOMER, userName }, phc)))._id);
};
const attempt = (userName: string, password: string, now = NOW, by: Passwords = passwords) =>
  login(store, by, { userName, password, now }, LIMITS);
const refused = (value: string) => ({ pairs: { DETAILS: value } });

describe("a refused login costs one hash and one constant-time comparison for", () => {
  const HASH = {
    algorithm: "argon2id",
    message: 5,
    nonce: 16,
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  };

  it.each<[string, (userName: string) => Promise<unknown>]>([
    ["a wrong password", (userName) => registered(userName)],
    ["an unknown userName", async () => {}],
    [
      "a player without a password",
      async (userName) => accounts(store).passwords.deleteOne({ _id: objectIdOf(await registered(userName)) }),
    ],
    ["an invalid hash", (userName) => registered(userName, "not a hash")],
  ])("%s", async (_, prepare) => {
    await prepare("ada");
    work.hashes.length = 0;
    work.comparisons.length = 0;
    await expect(attempt("ada", "wrong")).rejects.toMatchObject(refused("UNRECOGNISED"));
    expect(work).toEqual({ hashes: [HASH], comparisons: [[32, 32]] });
  });
});

describe("the count of failures", () => {
  const wrong = async (at: number) => {
    await expect(attempt("ada", "wrong", at)).rejects.toMatchObject(refused("UNRECOGNISED"));
  };

  it("restarts if the last failure is as old as a lock lasts", async () => {
    await registered("ada");
    for (const at of [NOW, NOW, NOW + 10 * MINUTE_MS]) await wrong(at);
    await expect(attempt("ada", "right", NOW + 10 * MINUTE_MS)).resolves.toBeDefined();
  });

  it("continues until a millisecond before that", async () => {
    await registered("ada");
    for (const at of [NOW, NOW, NOW + 10 * MINUTE_MS - 1]) await wrong(at);
    await expect(attempt("ada", "right", NOW + 10 * MINUTE_MS - 1)).rejects.toMatchObject(refused("LOCKED"));
  });

  it("is separate for each userName", async () => {
    await registered("ada");
    for (const userName of ["adb", "adb", "adb"]) await attempt(userName, "wrong").catch(() => {});
    await expect(attempt("ada", "right")).resolves.toBeDefined();
  });
});

it("at most ten attempts at one userName wait; a further one is refused as busy, other userNames are not", async () => {
  const gate = Promise.withResolvers<boolean>();
  const slow: Passwords = { ...passwords, verify: () => gate.promise };
  const attempts = Array.from({ length: 13 }, () => attempt("ada", "wrong", NOW, slow));
  const ended = Promise.allSettled(attempts);
  for (const refusedAtOnce of attempts.slice(10)) await expect(refusedAtOnce).rejects.toBeInstanceOf(PasswordsBusy);
  await expect(attempt("grace", "wrong")).rejects.toMatchObject(refused("UNRECOGNISED"));
  gate.resolve(false);
  const values = (await ended).slice(0, 10).map((one) => (one as PromiseRejectedResult).reason.pairs.DETAILS);
  expect(values).toEqual([...Array(3).fill("UNRECOGNISED"), ...Array(7).fill("LOCKED")]);
  await expect(attempt("ada", "wrong")).rejects.toMatchObject(refused("LOCKED"));
});

describe("passwords", () => {
  it("are queued even without a hash, and refused beyond the limit", async () => {
    const narrow = createPasswords({ atOnce: 1, queued: 1 });
    const checks = [narrow.verify("a", undefined), narrow.verify("a", undefined), narrow.hash("a")];
    await expect(checks[2]).rejects.toBeInstanceOf(PasswordsBusy);
    expect(await Promise.all(checks.slice(0, 2))).toEqual([false, false]);
    await expect(narrow.hash("a"), "there is room again").resolves.toMatch(/^\$argon2id\$/);
  });

  it("that are too long never match, even if they begin with the password", async () => {
    const longest = "x".repeat(MAX_PASSWORD_LENGTH);
    const hash = await passwords.hash(longest);
    expect(await passwords.verify(longest, hash)).toBe(true);
    expect(await passwords.verify(`${longest}x`, hash)).toBe(false);
  });

  it("are hashed with a new salt each time", async () => {
    expect(await passwords.hash("right")).not.toBe(await passwords.hash("right"));
  });

  it("checked against a hash that has been replaced change nothing", async () => {
    const player = await registered("ada");
    const proven = await provePassword(store, passwords, { player, password: "right", now: NOW }, LIMITS);
    const change = (details: object) => store.transaction((tx) => changeDetails(tx, player, details));
    await change({ newHash: "another" });
    const late = { proven, newHash: "late", userName: "late", displayName: "Late" };
    await expect(change(late)).rejects.toMatchObject(refused("UNRECOGNISED"));
    const { players, passwords: hashes } = accounts(store);
    expect(await players.findOne({})).toMatchObject({ userName: "ada" });
    expect(await hashes.findOne({})).toMatchObject({ hash: "another" });
  });
});
