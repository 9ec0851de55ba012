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
  /** The message as the client sees it, as JSON text: a message may have members that a document may not. */
  body: string;
  created: Date;
  expires: Date;
  /** It was sent to a socket of the player. */
  seen: boolean;
  /** There while it waits for a socket of the player; whoever takes it away is the one who sends it. */
  waiting?: true;
  /** What the game set by UpdateMessageRequest. */
  status?: string;
}

/** A message that is not yet its players' copies: its scripts have to run first, or it goes to many players. */
export interface OutgoingDocument extends JobDocument {
  _id: ObjectId;
  /** JSON text of the `Draft`. */
  draft: string;
  to: ObjectId[];
  /** How many of `to` have their copy. */
  done: number;
  /** What the global script set, as JSON text; absent until it has run. */
  scripted?: string;
  created: Date;
}

/** The collections of messages, typed. */
export const messageCollections = (documents: Documents) => ({
  messages: documents.collection<MessageDocument & Record<string, unknown>>("message"),
  outgoing: documents.collection<OutgoingDocument>("outgoingMessage"),
});

/** Oldest first. Messages made in one millisecond are in the order of their ids. */
export const OLDEST_FIRST = { created: 1, _id: 1 } as const;
export const NEWEST_FIRST = { created: -1, _id: -1 } as const;
