import { RequestError } from "../../errors.ts";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { NewMessage } from "../../kernel/message.ts";
import type { MessageDocument, OutgoingDocument } from "./collections.ts";
import { type Draft, type DraftSettings, draftOf } from "./draft.ts";
import { refusals } from "./refusals.ts";

export interface PostSettings extends DraftSettings {
  maxMessageRecipients: number;
}

/** Scripts of messages that may lead to one message, each by a message that it sent. */
const DEEPEST = 4;

/** What a handler sees: messages that go out when its work is on disk, all or nothing with it. */
export interface Mailbox {
  /**
   * Sends the message, once to each player. Players that do not exist are left out. Refuses `{message: "TOO_LARGE"}`,
   * `{playerIds: "TOO_MANY"}` and `{extCode: "INVALID"}`, and `{message: "CHAIN_TOO_LONG"}` where scripts of messages
   * send messages whose scripts send messages, and so on.
   */
  send(message: NewMessage): void;
  /**
   * Signs the player out on every socket, with a SessionTerminatedMessage, but for `except`: the caller of a request
   * whose own socket stays signed in.
   */
  terminateSessions(player: PlayerId, except?: object): void;
}

/**
 * The messages of one unit of work: collected, written with it, sent after it. One for each attempt at a transaction,
 * so that an attempt which is undone leaves none.
 */
export class Post implements Mailbox {
  readonly stage: Stage;
  readonly now: number;
  readonly drafts: { draft: Draft; to: PlayerId[] }[] = [];
  readonly terminations: { player: PlayerId; except: object | undefined }[] = [];
  /** What `Messages.write` wrote. */
  copies: MessageDocument[] = [];
  outgoing: OutgoingDocument[] = [];
  readonly #settings: PostSettings;
  readonly #depth: number;

  constructor(stage: Stage, now: number, settings: PostSettings, depth: number) {
    this.stage = stage;
    this.now = now;
    this.#settings = settings;
    this.#depth = depth;
  }

  send(message: NewMessage): void {
    const to = [...new Set(message.to)];
    if (to.length > this.#settings.maxMessageRecipients) throw new RequestError(refusals.playerIds.TOO_MANY);
    if (this.#depth > DEEPEST) throw new RequestError(refusals.message.CHAIN_TOO_LONG);
    if (to.length === 0) return;
    const draft = draftOf(message, this.#settings, this.now);
    this.drafts.push({ draft: this.#depth > 0 ? { ...draft, depth: this.#depth } : draft, to });
  }

  terminateSessions(player: PlayerId, except?: object): void {
    this.terminations.push({ player, except });
  }
}

/** For work that may not send, since it happens outside the transaction. */
export const NO_MAILBOX: Mailbox = {
  send: refuse,
  terminateSessions: refuse,
};

function refuse(): never {
  throw new Error("prepare sends no messages; handle does");
}
