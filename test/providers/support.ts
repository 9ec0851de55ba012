import { inspect } from "node:util";
import { expect } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { type ProviderContext, ProviderRefusal, ProviderUnavailable } from "../../src/providers/provider.ts";

/** 2026-01-01, and a bound that no answering server on a busy machine exceeds. */
export const NOW = 1_767_225_600_000;
/** Circuits never open, so that each case meets the provider. */
const calls = new ProviderCalls({ failures: 1_000_000 });
export const context: ProviderContext = { calls, now: () => NOW, timeoutMs: 20_000, maxFriends: 10_000 };
/** For calls that are never answered in full. */
export const hasty: ProviderContext = { ...context, timeoutMs: 150 };

/**
 * How `attempt` failed, in short: "accessToken: NOTAUTHENTICATED", or "unavailable FB". Fails the test where it did not
 * fail, or where anything that a log could print of the error holds one of `secrets`.
 */
export async function failureOf(attempt: Promise<unknown>, secrets: readonly string[]): Promise<string> {
  const error: unknown = await attempt.then(
    (value) => expect.fail(`it succeeded with ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  const printed = inspect(error, { depth: 20, showHidden: true });
  expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
  if (error instanceof ProviderRefusal) return `${error.field}: ${error.value}`;
  if (error instanceof ProviderUnavailable) return `unavailable ${error.systemId}`;
  throw error;
}

/** What a provider can do beside answering; each is ProviderUnavailable. Hasty: it shows in a time-out only. */
export const TROUBLES: { name: string; failure: LoopbackFailure; isHasty?: true; reason: RegExp }[] = [
  { name: "no answer", failure: { kind: "hang" }, isHasty: true, reason: /in time/ },
  { name: "half a body", failure: { kind: "slowBody" }, isHasty: true, reason: /in time/ },
  { name: "a body without end", failure: { kind: "hugeBody" }, reason: /longer than \d+ bytes/ },
  { name: "garbage", failure: { kind: "garbage" }, reason: /not JSON/ },
  { name: "a cut connection", failure: { kind: "reset" }, reason: /connection failed/ },
  { name: "a redirect", failure: { kind: "redirect", location: "http://127.0.0.1:9/" }, reason: /redirect/ },
  { name: "status 500", failure: { kind: "answer", answer: { status: 500, body: {} } }, reason: /status 500/ },
  { name: "status 503", failure: { kind: "answer", answer: { status: 503, body: {} } }, reason: /status 503/ },
  { name: "status 429", failure: { kind: "answer", answer: { status: 429, body: {} } }, reason: /status 429/ },
  {
    name: "status 418",
    failure: { kind: "answer", answer: { status: 418, body: {} } },
    reason: /418|unexpected shape/,
  },
  { name: "null", failure: { kind: "answer", answer: { body: null } }, reason: /unexpected shape/ },
  { name: "a list", failure: { kind: "answer", answer: { body: [1] } }, reason: /unexpected shape/ },
  { name: "an empty object", failure: { kind: "answer", answer: { body: {} } }, reason: /unexpected shape/ },
  {
    name: "prototype keys",
    failure: { kind: "answer", answer: { body: Buffer.from('{"__proto__":{"id":"1","data":[]},"constructor":1}') } },
    reason: /unexpected shape/,
  },
];
