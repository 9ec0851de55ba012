import { setTimeout as timer } from "node:timers/promises";
import { OutcomeUnknown, type PublisherContext, PublishRefused } from "./publisher.ts";

/** For a step that publishes nothing: without a known outcome, it can be repeated, so the refusal is UNAVAILABLE. */
export async function preparing<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof OutcomeUnknown) throw new PublishRefused("UNAVAILABLE", error.message);
    throw error;
  }
}

/** Its result; undefined if the network refuses it. For what is only nice to have after a post was published. */
export async function ifPossible<T>(step: Promise<T>): Promise<T | undefined> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof PublishRefused || error instanceof OutcomeUnknown) return undefined;
    throw error;
  }
}

/** Two minutes in all. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];

/** Calls `look` until it returns something, at most nine times in two minutes; undefined after the last. */
export async function poll<T>(
  { sleep = timer }: Pick<PublisherContext, "sleep">,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const ms of PAUSES_MS) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(ms);
  }
  return look();
}

/** Of clocks, and of networks whose times are whole seconds. */
const SKEW_MS = 30_000;

/** Whether a post that a network dates `at` can come from an attempt that began at `attemptedAt`, in milliseconds. */
export function isSince(at: string | undefined, attemptedAt: number): boolean {
  return Date.parse(at ?? "") >= attemptedAt - SKEW_MS;
}

/** Whether two texts are the same post: networks trim, and change line ends and the form of accents. */
export function isSameText(a: string | undefined, b: string): boolean {
  const plain = (text: string) => text.normalize("NFC").replace(/\s+/g, " ").trim();
  return plain(a ?? "") === plain(b);
}
