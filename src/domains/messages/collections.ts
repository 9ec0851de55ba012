import type { ObjectId } from "bson";
import type { JobDocument } from "../../jobs/claim.ts";
import type { Documents } from "../../store/store.ts";

/** One player's copy of a message. `_id` is the messageId. Deleted some time after `expires`. */
export interface MessageDocument {
  _id: ObjectId;
  playerId: ObjectId;
  /** The class without its dot. */
  class: string;
  extCode?: string;
  /** The message as sent to clients. JSON text, because documents do not allow all member names. */
  body: string;
  created: Date;
  expires: Date;
  /** It has been sent to one of the player's sockets. */
  seen: boolean;
  /** Set while the message waits for a socket. The process that unsets it sends the message. */
  waiting?: true;
  /** Set by UpdateMessageRequest. */
  status?: string;
}

/** A message whose copies are made in the background, because it has scripts or many recipients. */
export interface OutgoingDocument extends JobDocument {
  _id: ObjectId;
  /** JSON text of the `Draft`. */
  draft: string;
  to: ObjectId[];
  /** Number of players in `to` who have their copy. */
  done: number;
  /** JSON text of what the global script set; absent until it has run. */
  scripted?: string;
  created: Date;
}

export const messageCollections = (documents: Documents) => ({
  messages: documents.collection<MessageDocument & Record<string, unknown>>("message"),
  outgoing: documents.collection<OutgoingDocument>("outgoingMessage"),
});

/** Messages of the same millisecond are in the order of their ids. */
export const OLDEST_FIRST = { created: 1, _id: 1 } as const;
export const NEWEST_FIRST = { created: -1, _id: -1 } as const;
