import { isDeepStrictEqual } from "node:util";
import { ObjectId } from "../../bson.ts";
import { RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import type { MessageDefinition } from "../../kernel/message.ts";
import type { Document, Documents } from "../../store/store.ts";
import { type Mailbox, messageRefusals } from "../messages/index.ts";
import { type ChallengeDocument, challengesIn } from "./document.ts";
import { dueOf, hasNotBegun, isFull } from "./rules.ts";
import { type Names, namesIn, viewOf } from "./view.ts";

/** What a step works with: one transaction, and messages that go out with it. */
export interface ChallengeWork {
  documents: Documents;
  messages: Mailbox;
  /** Milliseconds since 1970. */
  now: number;
}

interface Told {
  definition: MessageDefinition;
  to: readonly PlayerId[];
  /** The challenge as it was then. */
  challenge: ChallengeDocument;
  about: { who?: PlayerId; winner?: PlayerId; fields?: Record<string, unknown> };
}

const HEX_24 = /^[0-9a-f]{24}$/;

/**
 * One step of one challenge, inside a transaction: `challenge` is changed as the step wants it and written by `keep`, with
 * the messages that the step sent. Two steps of one challenge never pass each other, as both write its document.
 */
export class Step {
  readonly challenge: ChallengeDocument;
  readonly documents: Documents;
  readonly now: number;
  readonly #messages: Mailbox;
  readonly #before: ChallengeDocument | undefined;
  readonly #told: Told[] = [];

  /** @param before as it is stored; undefined: not yet */
  constructor({ documents, messages, now }: ChallengeWork, challenge: ChallengeDocument, before?: ChallengeDocument) {
    this.challenge = challenge;
    this.documents = documents;
    this.now = now;
    this.#messages = messages;
    this.#before = before;
  }

  /** Sends a message about the challenge as it is at this moment, unless it is a silent one. */
  tell(definition: MessageDefinition, to: readonly PlayerId[], about: Told["about"] = {}): void {
    if (this.challenge.silent || to.length === 0) return;
    derive(this.challenge);
    this.#told.push({ definition, to, challenge: { ...this.challenge }, about });
  }

  /** One insert or one update of what has changed; a read of names where there are messages. */
  async keep(): Promise<void> {
    const { challenge } = this;
    derive(challenge);
    const challenges = challengesIn(this.documents);
    if (this.#before === undefined) await challenges.insertOne({ ...challenge });
    else {
      const update = differences(this.#before, challenge);
      if (update) await challenges.updateOne({ _id: challenge._id }, update);
    }
    if (this.#told.length === 0) return;
    const all = this.#told.map((told) => told.challenge);
    const names = await namesIn(this.documents, all);
    for (const told of this.#told) this.#send(told, names);
  }

  /** Without its script data where that makes it larger than a message may be. */
  #send({ definition, to, challenge, about }: Told, names: Names): void {
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

/** The id in `text`; undefined where it is none. */
export function challengeIdOf(text: unknown): ObjectId | undefined {
  return typeof text === "string" && HEX_24.test(text) ? ObjectId.createFromHexString(text) : undefined;
}

/** The challenge of an id as it is stored, or null. One read. */
export async function findChallenge(documents: Documents, id: unknown): Promise<ChallengeDocument | null> {
  const _id = challengeIdOf(id);
  return _id ? challengesIn(documents).findOne({ _id }) : null;
}

/** What follows from the rest. */
function derive(challenge: ChallengeDocument): void {
  const due = dueOf(challenge);
  if (due) challenge.due = due;
  else delete challenge.due;
  for (const name of ["claim", "attempts", "freeAttempts"] as const) delete challenge[name];
  const isOpen = hasNotBegun(challenge) && challenge.accessType !== "PRIVATE" && !isFull(challenge);
  if (isOpen) challenge.joinable = true;
  else delete challenge.joinable;
  if (challenge.state !== "RUNNING") delete challenge.nextPlayer;
}

/** By member; what scripts keep is left to them. */
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
