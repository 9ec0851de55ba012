import { ObjectId } from "../../bson.ts";
import type { MessageFields } from "../../kernel/message.ts";
import type { Documents } from "../../store/store.ts";
import { challengesIn } from "./document.ts";

/** What a message has beside its challenge. */
const REST_BYTES = 4_096;

/**
 * The fields of a message with its challenge's script data as they are by now: what a message's global script sets on the
 * challenge reaches the players. The rest stays as it was when the message was sent. Data that would make the message
 * too large are left out.
 */
export async function withChallengeData(
  documents: Documents,
  fields: MessageFields,
  maxBytes: number,
): Promise<MessageFields> {
  const challenge = fields["challenge"] as { challengeId?: unknown } | undefined;
  if (typeof challenge?.challengeId !== "string") return fields;
  const _id = ObjectId.createFromHexString(challenge.challengeId);
  const found = await challengesIn(documents).findOne({ _id }, { projection: { scriptData: 1 } });
  if (!found) return fields;
  const withData = (scriptData: object) => ({ ...fields, challenge: { ...challenge, scriptData } });
  const fresh = withData(found.scriptData);
  const fits = Buffer.byteLength(JSON.stringify(fresh)) + REST_BYTES <= maxBytes;
  return fits ? fresh : withData({});
}
