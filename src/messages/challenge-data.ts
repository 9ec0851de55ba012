import { ObjectId } from "../bson.ts";
import { challengesIn } from "../multiplayer/challenges/document.ts";
import type { Documents } from "../store/store.ts";
import type { Draft } from "./draft.ts";

/** What a message has beside its challenge. */
const REST_BYTES = 4_096;

/**
 * The draft with its challenge's script data as they are by now: what a message's global script sets on the challenge is in
 * what players get. The rest stays as it was when the message was sent. Data that
 * would make the message too large are left out. One read for a message about a challenge, none for others.
 */
export async function withChallengeData(documents: Documents, draft: Draft, maxBytes: number): Promise<Draft> {
  const challenge = draft.fields["challenge"] as { challengeId?: unknown } | undefined;
  if (!draft.class.startsWith("Challenge") || typeof challenge?.challengeId !== "string") return draft;
  const _id = ObjectId.createFromHexString(challenge.challengeId);
  const found = await challengesIn(documents).findOne({ _id }, { projection: { scriptData: 1 } });
  if (!found) return draft;
  const withData = (scriptData: object) => ({ ...draft.fields, challenge: { ...challenge, scriptData } });
  const fields = withData(found.scriptData);
  const fits = Buffer.byteLength(JSON.stringify(fields)) + REST_BYTES <= maxBytes;
  return { ...draft, fields: fits ? fields : withData({}) };
}
