import { isDeepStrictEqual } from "node:util";
import { ObjectId } from "../../bson.ts";
import { RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import type { MessageDefinition } from "../../kernel/message.ts";
import type { Document, Documents } from "../../store/store.ts";
import { type Mailbox, messageRefusals } from "../messages/index.ts";
import { type ChallengeDocument, challengesIn } from "./document.ts";
import { dueOf, hasNotStarted, isFull } from "./rules.ts";
import { type Names, namesIn, viewOf } from "./view.ts";

/** A transaction and the messages that are sent with it. */
export interface ChallengeWork {
  documents: Documents;
  messages: Mailbox;
  /** Milliseconds since 1970. */
  now: number;
}

interface Notification {
  definition: MessageDefinition;
  to: readonly PlayerId[];
  challenge: ChallengeDocument;
  about: { who?: PlayerId; winner?: PlayerId; fields?: Record<string, unknown> };
}

const HEX_24 = /^[0-9a-f]{24}$/;

/**
 * One change of one challenge, in a transaction. Modify `challenge`, then call `save` to write it and send the
 * messages. Concurrent steps of a challenge conflict, because each writes its document.
 */
export class Step {
  readonly challenge: ChallengeDocument;
  readonly documents: Documents;
  readonly now: number;
  readonly #messages: Mailbox;
  readonly #before: ChallengeDocument | undefined;
  readonly #notifications: Notification[] = [];

  /** @param before the stored challenge; undefined for a new one */
  constructor({ documents, messages, now }: ChallengeWork, challenge: ChallengeDocument, before?: ChallengeDocument) {
    this.challenge = challenge;
    this.documents = documents;
    this.now = now;
    this.#messages = messages;
    this.#before = before;
  }

  /** Queues a message with the challenge in its current state, unless the challenge is silent. */
  notify(definition: MessageDefinition, to: readonly PlayerId[], about: Notification["about"] = {}): void {
    if (this.challenge.silent || to.length === 0) return;
    derive(this.challenge);
    this.#notifications.push({ definition, to, challenge: { ...this.challenge }, about });
  }

  /** One insert, or one update of the changed members; reads the players' names if there are messages. */
  async save(): Promise<void> {
    const { challenge } = this;
    derive(challenge);
    const challenges = challengesIn(this.documents);
    if (this.#before === undefined) await challenges.insertOne({ ...challenge });
    else {
      const update = differences(this.#before, challenge);
      if (update) await challenges.updateOne({ _id: challenge._id }, update);
    }
    if (this.#notifications.length === 0) return;
    const snapshots = this.#notifications.map((notification) => notification.challenge);
    const names = await namesIn(this.documents, snapshots);
    for (const notification of this.#notifications) this.#send(notification, names);
  }

  /** Omits the script data if it makes the message too large. */
  #send({ definition, to, challenge, about }: Notification, names: Names): void {
    const nameOf = (player: PlayerId) => names.get(player)?.name ?? "";
    const fields = {
      challenge: viewOf(challenge, names),
      ...(about.who !== undefined && { who: nameOf(about.who) }),
      ...(about.winner !== undefined && { winnerName: nameOf(about.winner) }),
      ...about.fields,
    };
    try {
      this.#messages.send({ definition, to, fields });
    } catch (error) {
      if (!(error instanceof RequestError) || !error.refusals.includes(messageRefusals.message.TOO_LARGE)) throw error;
      const smaller = { ...fields, challenge: { ...fields.challenge, scriptData: {} } };
      this.#messages.send({ definition, to, fields: smaller });
    }
  }
}

export function challengeIdOf(text: unknown): ObjectId | undefined {
  return typeof text === "string" && HEX_24.test(text) ? ObjectId.createFromHexString(text) : undefined;
}

/** One read. */
export async function findChallenge(documents: Documents, id: unknown): Promise<ChallengeDocument | null> {
  const _id = challengeIdOf(id);
  return _id ? challengesIn(documents).findOne({ _id }) : null;
}

function derive(challenge: ChallengeDocument): void {
  const due = dueOf(challenge);
  if (due) challenge.due = due;
  else delete challenge.due;
  for (const name of ["claim", "attempts", "freeAttempts"] as const) delete challenge[name];
  const isOpen = hasNotStarted(challenge) && challenge.accessType !== "PRIVATE" && !isFull(challenge);
  if (isOpen) challenge.joinable = true;
  else delete challenge.joinable;
  if (challenge.state !== "RUNNING") delete challenge.nextPlayer;
}

/** The update of the changed members. Ignores script data, which only `setData` writes. */
function differences(before: ChallengeDocument, after: ChallengeDocument): Document | undefined {
  const set: Document = {};
  const unset: Document = {};
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  members.delete("scriptData");
  members.delete("privateData");
  for (const name of members) {
    const is = after[name as keyof ChallengeDocument];
    if (is === undefined) unset[name] = "";
    else if (!isDeepStrictEqual(before[name as keyof ChallengeDocument], is)) set[name] = is;
  }
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(Object.keys(unset).length > 0 && { $unset: unset }),
  };
  return Object.keys(update).length > 0 ? update : undefined;
}
