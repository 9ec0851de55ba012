import { createHash } from "node:crypto";
import type { Documents } from "../store/store.ts";
import { invalid, ProblemError } from "./problem.ts";
import type { Reply } from "./route.ts";

const KEPT_MS = 86_400_000;
const MAX_KEY_LENGTH = 255;

/** A request whose repetition gets the first response: `_id` is the API key's id and the client's key. */
interface RepeatDocument extends Record<string, unknown> {
  _id: string;
  /** SHA-256 of the route, the organization and the input. */
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

/**
 * @param keys what the client sent in the header
 * @param sent the request as it was read, so that spaces in its JSON and its spelling of the path make no difference
 * @throws ProblemError if there are several keys, or an empty or a long one
 */
export function repeatable(
  apiKey: string,
  { name, values: [key = "", ...others] }: { name: string; values: readonly string[] },
  sent: { route: string; organizationId: string; input: unknown },
  now: number,
): Repeatable {
  if (key === "" || key.length > MAX_KEY_LENGTH || others.length > 0) {
    throw invalid("header", name, `Must be sent once and have 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  const { route, organizationId, input } = sent;
  const request = sha256(JSON.stringify([route, organizationId, input]));
  return { id: `${apiKey}:${sha256(key)}`, request, now };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * Runs the work once: a repetition within 24 hours gets the stored response. The response is stored in the transaction of
 * the work, so that simultaneous repetitions conflict and the later one finds it. Refusals are not stored, nor are headers.
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
