import { createHash } from "node:crypto";
import type { Documents } from "../store/store.ts";
import { invalid, ProblemError } from "./problem.ts";
import type { Reply } from "./route.ts";

const KEPT_MS = 86_400_000;
const MAX_KEY_LENGTH = 255;

/** A request whose repetition gets the first response: `_id` is the API key's id and the client's key. */
interface RepeatDocument extends Record<string, unknown> {
  _id: string;
  /** SHA-256 of method, path and body. */
  request: string;
  status: number;
  /** JSON text. */
  body: string;
  expires: Date;
}

export interface Repeatable {
  id: string;
  request: string;
  now: number;
}

/** @throws ProblemError if the client's key is empty or too long */
export function repeatable(
  apiKey: string,
  key: string,
  { method, path, body }: { method: string; path: string; body: string },
  now: number,
): Repeatable {
  if (key === "" || key.length > MAX_KEY_LENGTH) {
    throw invalid("header", "idempotency-key", `Must have 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  const request = createHash("sha256").update(`${method} ${path}\n${body}`).digest("hex");
  return { id: `${apiKey}:${createHash("sha256").update(key).digest("hex")}`, request, now };
}

/**
 * Runs the work once: a repetition within 24 hours gets the stored response. The response is stored in the transaction of
 * the work, so that simultaneous repetitions conflict and the later one finds it. Refusals are not stored.
 * @throws ProblemError "key reused" if another request was sent under this key
 */
export async function once(
  tx: Documents,
  { id, request, now }: Repeatable,
  work: () => Promise<Reply>,
): Promise<Reply & { isRepeat: boolean }> {
  const repeats = tx.collection<RepeatDocument>("apiIdempotency");
  const known = await repeats.findOne({ _id: id });
  if (known && known.expires.getTime() > now) {
    if (known.request !== request) throw new ProblemError({ kind: "key reused" });
    return { status: known.status, body: JSON.parse(known.body), isRepeat: true };
  }
  const reply = await work();
  const { status = 200, body } = reply;
  const expires = new Date(now + KEPT_MS);
  await repeats.replaceOne({ _id: id }, { request, status, body: JSON.stringify(body), expires }, { upsert: true });
  return { ...reply, isRepeat: false };
}
