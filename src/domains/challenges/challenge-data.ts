import { ObjectId } from "../../bson.ts";
import type { MessageFields } from "../../kernel/message.ts";
import type { Documents } from "../../store/store.ts";
import { challengesIn } from "./document.ts";

/** Room for the parts of a message other than its challenge. */
const REST_BYTES = 4_096;

/**
 * Updates the challenge's script data in a message's fields, so that what the message's global script sets on the
 * challenge reaches the players. The other fields stay as sent. Omits data that would make the message too large.
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
