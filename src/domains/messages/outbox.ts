import { RequestError } from "../../errors.ts";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { NewMessage } from "../../kernel/message.ts";
import type { MessageDocument, OutgoingDocument } from "./collections.ts";
import { type Draft, type DraftSettings, draftOf } from "./draft.ts";
import { refusals } from "./refusals.ts";

export interface OutboxSettings extends DraftSettings {
  maxMessageRecipients: number;
}

/** Maximum length of a chain of message scripts, each sending the next message. */
const MAX_DEPTH = 4;

/** Lets a handler send messages that are stored in its transaction and sent when that is on disk. */
export interface Mailbox {
  /**
   * Sends the message once to each player; players who do not exist are skipped. For the refusals see `refusals.ts`.
   */
  send(message: NewMessage): void;
  /** Signs the player out on every socket but `except`, with a SessionTerminatedMessage. */
  terminateSessions(player: PlayerId, except?: object): void;
}

/** The messages of one attempt at a transaction. If the transaction is rolled back, discard it. */
export class Outbox implements Mailbox {
  readonly stage: Stage;
  readonly now: number;
  readonly drafts: { draft: Draft; to: PlayerId[] }[] = [];
  readonly terminations: { player: PlayerId; except: object | undefined }[] = [];
  /** What `Messages.write` wrote. */
  copies: MessageDocument[] = [];
  outgoing: OutgoingDocument[] = [];
  readonly #settings: OutboxSettings;
  readonly #depth: number;

  constructor(stage: Stage, now: number, settings: OutboxSettings, depth: number) {
    this.stage = stage;
    this.now = now;
    this.#settings = settings;
    this.#depth = depth;
  }

  send(message: NewMessage): void {
    const to = [...new Set(message.to)];
    if (to.length > this.#settings.maxMessageRecipients) throw new RequestError(refusals.playerIds.TOO_MANY);
    if (this.#depth > MAX_DEPTH) throw new RequestError(refusals.message.CHAIN_TOO_LONG);
    if (to.length === 0) return;
    const draft = draftOf(message, this.#settings, this.now);
    this.drafts.push({ draft: this.#depth > 0 ? { ...draft, depth: this.#depth } : draft, to });
  }

  terminateSessions(player: PlayerId, except?: object): void {
    this.terminations.push({ player, except });
  }
}

/** For work outside the transaction, which cannot send messages. */
export const NO_MAILBOX: Mailbox = {
  send: refuse,
  terminateSessions: refuse,
};

function refuse(): never {
  throw new Error("prepare must not send messages; handle may.");
}
