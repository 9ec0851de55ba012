import { describe, expect, test } from "vitest";
import {
  type AnyPublisher,
  type Credentials,
  type NetworkAccount,
  OutcomeUnknown,
  PublishRefused,
} from "../../src/publishers/publisher.ts";
import { withRenewal } from "../../src/publishers/renewal.ts";
import { contextOf, failureOf, NOW } from "./support.ts";

const EXPIRED = new PublishRefused("TOKEN", "expired", { canRenew: true });
const OLD: Credentials = { token: "old", refreshToken: "r1" };

/** Runs a call that takes the tokens `valid`, and reports what happened in order. */
async function run({
  expiresAt,
  valid,
  refusal = EXPIRED,
  refresh = async () => ({ token: "new" }),
  save = async () => {},
}: {
  expiresAt?: number;
  valid: readonly string[];
  refusal?: Error;
  refresh?: (() => Promise<Credentials>) | undefined;
  save?: () => Promise<void>;
}) {
  const events: string[] = [];
  const publisher = {
    refresh: () => {
      events.push("refresh");
      return refresh();
    },
  } as unknown as AnyPublisher;
  const account: NetworkAccount = { id: "1", credentials: { ...OLD, ...(expiresAt !== undefined && { expiresAt }) } };
  const attempt = withRenewal(
    publisher,
    {},
    account,
    contextOf(),
    (credentials) => {
      events.push(`save ${JSON.stringify(credentials)}`);
      return save();
    },
    async ({ credentials: { token } }) => {
      events.push(`call ${token}`);
      if (!valid.includes(token)) throw refusal;
      return token;
    },
  );
  const result = await attempt.catch((error: unknown) => failureOf(Promise.reject(error)).catch(String));
  return { events, result };
}

const SAVED = `save {"token":"new","refreshToken":"r1"}`;

describe("withRenewal", () => {
  test.each([
    { name: "uses a token that works", with: { valid: ["old"] }, events: ["call old"], result: "old" },
    {
      name: "uses a token that works and does not expire soon",
      with: { valid: ["old"], expiresAt: NOW + 300_001 },
      events: ["call old"],
      result: "old",
    },
    {
      name: "renews a token that expires soon, and stores it before it is used",
      with: { valid: ["new"], expiresAt: NOW + 300_000 },
      events: ["refresh", SAVED, "call new"],
      result: "new",
    },
    {
      name: "renews a token that the network refuses, once",
      with: { valid: ["new"] },
      events: ["call old", "refresh", SAVED, "call new"],
      result: "new",
    },
    {
      name: "does not renew twice",
      with: { valid: [] },
      events: ["call old", "refresh", SAVED, "call new"],
      result: "TOKEN",
    },
    {
      name: "does not renew after another refusal",
      with: { valid: [], refusal: new PublishRefused("TOKEN", "revoked") },
      events: ["call old"],
      result: "TOKEN",
    },
    {
      name: "does not repeat a call whose outcome is not known",
      with: { valid: [], refusal: new OutcomeUnknown("lost") },
      events: ["call old"],
      result: "unknown",
    },
  ])("$name", async ({ with: given, events, result }) => expect(await run(given)).toEqual({ events, result }));

  const failing = (error: Error) => async (): Promise<Credentials> => Promise.reject(error);
  const DOWN = failing(new PublishRefused("UNAVAILABLE", "down"));

  test.each([
    {
      name: "uses a token that has not expired while renewing fails",
      with: { valid: ["old"], expiresAt: NOW + 1, refresh: DOWN },
      events: ["refresh", "call old"],
      result: "old",
    },
    {
      name: "does not use one that has expired",
      with: { valid: ["old"], expiresAt: NOW, refresh: DOWN },
      events: ["refresh"],
      result: "UNAVAILABLE",
    },
    {
      name: "reports that the grant has ended",
      with: { valid: ["old"], expiresAt: NOW + 1, refresh: failing(new PublishRefused("TOKEN", "ended")) },
      events: ["refresh"],
      result: "TOKEN",
    },
    {
      name: "makes no call with credentials that could not be stored",
      with: { valid: ["new"], expiresAt: NOW + 1, save: failing(new Error("disk")) as unknown as () => Promise<void> },
      events: ["refresh", SAVED],
      result: "Error: disk",
    },
  ])("$name", async ({ with: given, events, result }) => expect(await run(given)).toEqual({ events, result }));

  test("a network whose credentials cannot be renewed is called with those it has", async () => {
    const account: NetworkAccount = { id: "1", credentials: { ...OLD, expiresAt: NOW } };
    const call = async ({ credentials }: NetworkAccount) => credentials.token;
    expect(await withRenewal({} as AnyPublisher, {}, account, contextOf(), async () => {}, call)).toBe("old");
  });
});
