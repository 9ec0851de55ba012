import { inspect } from "node:util";
import { expect } from "vitest";
import { NetworkCalls } from "../../src/publishers/calls.ts";
import {
  type AnyPublisher,
  type Credentials,
  type Draft,
  type MediaFile,
  type NetworkAccount,
  OutcomeUnknown,
  type Progress,
  type PublisherContext,
  PublishRefused,
} from "../../src/publishers/publisher.ts";
import type { NetworkTrouble } from "../support/networks/server.ts";

/** 2026-01-01 */
export const NOW = 1_767_225_600_000;

/** The smallest PNG. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Media by URL: those that a test adds, and https://media.example/a.png. */
export const media = new Map<string, MediaFile>([["https://media.example/a.png", { bytes: PNG, type: "image/png" }]]);

/** A context of its own, so that the circuits of one test leave the next alone. */
export function contextOf(more: Partial<PublisherContext> & { timeoutMs?: number } = {}): PublisherContext {
  const { timeoutMs = 20_000, ...rest } = more;
  return {
    calls: new NetworkCalls({ timeoutMs }),
    now: () => NOW,
    async readMedia(url, { maxBytes, types }) {
      const file = media.get(url);
      if (!file) throw new PublishRefused("MEDIA", "The file cannot be read.");
      if (file.bytes.length > maxBytes) throw new PublishRefused("MEDIA", "The file is too large.");
      if (!types.includes(file.type)) throw new PublishRefused("MEDIA", `The file is ${file.type}.`);
      return file;
    },
    ...rest,
  };
}

/** For calls that are never answered in full. */
export const hasty = () => contextOf({ timeoutMs: 300 });

export function draftOf(text: string, more: Partial<Draft> = {}): Draft {
  return { text, media: [], options: {}, key: "post-1", ...more };
}

export const IMAGE = { url: "https://media.example/a.png", kind: "image", altText: "A red square" } as const;

/** The progress of an attempt; `saved` holds what it saved. */
export function progressOf(saved: Record<string, string> = {}): Progress & { saved: Record<string, string> } {
  return {
    saved,
    async save(values) {
      Object.assign(saved, values);
    },
  };
}

/**
 * How `attempt` failed, in short: "TOKEN 190", "RATE" or "unknown". Fails the test if it did not fail, or if anything that
 * a log could print of the error holds one of `secrets`.
 */
export async function failureOf(attempt: Promise<unknown>, secrets: readonly string[] = []): Promise<string> {
  const error: unknown = await attempt.then(
    (value) => expect.fail(`it succeeded with ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  const printed = inspect(error, { depth: 20, showHidden: true });
  expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
  if (error instanceof PublishRefused) return [error.kind, error.networkCode].filter(Boolean).join(" ");
  if (error instanceof OutcomeUnknown) return "unknown";
  throw error;
}

/** What any network can do to the call that publishes, and what the publisher has to report. */
export const TROUBLES: readonly { name: string; trouble: NetworkTrouble; isHasty?: true; expected: string }[] = [
  { name: "no answer", trouble: "hang", isHasty: true, expected: "unknown" },
  { name: "half a body", trouble: "slow", isHasty: true, expected: "unknown" },
  { name: "a body without end", trouble: "huge", expected: "unknown" },
  { name: "garbage", trouble: "garbage", expected: "unknown" },
  { name: "a cut connection", trouble: "reset", expected: "unknown" },
  { name: "a connection that is cut after the post was created", trouble: "drop", expected: "unknown" },
  { name: "status 500", trouble: { status: 500, body: {} }, expected: "unknown" },
  { name: "status 503", trouble: { status: 503, body: {} }, expected: "unknown" },
  { name: "a redirect", trouble: { status: 302, headers: { location: "http://127.0.0.1:9/" } }, expected: "unknown" },
];

/** Makes a call and, if the network refuses the access token alone, once more with renewed credentials, as a server does. */
export async function renewing<T>(
  publisher: AnyPublisher,
  settings: object,
  account: NetworkAccount,
  call: (account: NetworkAccount) => Promise<T>,
): Promise<{ result: T; renewed?: Credentials }> {
  try {
    return { result: await call(account) };
  } catch (error) {
    if (!(error instanceof PublishRefused && error.canRenew)) throw error;
    const renewed = await publisher.refresh!(settings, account, contextOf());
    const credentials = { ...account.credentials, ...renewed };
    return { result: await call({ ...account, credentials }), renewed };
  }
}
