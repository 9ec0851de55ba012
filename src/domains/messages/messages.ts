import type { Clock } from "../../clock.ts";
import type { MessageConfig, Stage } from "../../game/game.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import { Background } from "../../jobs/background.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { JobRunner } from "../../jobs/runner.ts";
import type { Channel } from "../../kernel/channel.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { MessageDefinition } from "../../kernel/message.ts";
import type { Documents, Store } from "../../store/store.ts";
import { accounts } from "../accounts/index.ts";
import { type MessageDocument, messageCollections } from "./collections.ts";
import { type CopySettings, copyOf, insertCopies } from "./copies.ts";
import { Delivery } from "./delivery.ts";
import type { Draft } from "./draft.ts";
import { FanOut } from "./fan-out.ts";
import { Outbox, type OutboxSettings } from "./outbox.ts";
import { Retention } from "./retention.ts";
import type { MessageScripts } from "./scripts.ts";
import { SESSION_TERMINATED } from "./session-terminated-message.ts";

/** Maximum number of recipients whose copies are made in the sender's own transaction. */
const COPIES_WITH_WORK = 20;
const IDS_PER_QUERY = 1_000;

export interface MessagesOptions {
  classes?: ReadonlyMap<string, MessageDefinition>;
  messages: ReadonlyMap<string, MessageConfig>;
  config: {
    messageExpireHours: number;
    messagesPerPlayer: number;
    maxMessageBytes: number;
    maxMessageRecipients: number;
    scriptTimeoutMs: number;
  };
  clock: Clock;
  channel: Channel;
  jobs: Pick<JobRunner, "claimed" | "start" | "settled" | "closing">;
  scripts: MessageScripts;
  failed(error: unknown): void;
  /** Values set by scripts were omitted because they made a message of this class too large. */
  cut(messageClass: string): void;
}

/**
 * Sends messages of all classes: an outbox collects them, `write` stores them in the sender's transaction, and
 * `deliver` sends them once that is on disk. A stored message is not lost: a player who is offline gets it at the next
 * login (`signedIn`), and work interrupted by a crash is resumed as a job.
 */
export class Messages implements DomainService {
  readonly jobs: readonly JobKind[];
  readonly #options: MessagesOptions;
  readonly #background: Background;
  readonly #delivery: Delivery;
  readonly #fanOut: FanOut;
  readonly #retention: Retention;
  readonly #copySettings: CopySettings;
  readonly #outboxSettings: OutboxSettings;
  readonly #stores = new Map<Stage, Store>();

  constructor(options: MessagesOptions) {
    const { config, clock, channel, scripts, jobs, failed } = options;
    const now = () => clock.now();
    this.#options = options;
    this.#outboxSettings = { messages: options.messages, ...config };
    this.#background = new Background(failed);
    this.#delivery = new Delivery(channel, this.#background, now);
    this.#retention = new Retention(config.messagesPerPlayer, this.#background);
    this.#copySettings = {
      maxMessageBytes: config.maxMessageBytes,
      isLive: (player) => this.#delivery.isLive(player),
      cut: (draft) => options.cut(draft.class),
    };
    this.#fanOut = new FanOut(scripts, {
      ...this.#copySettings,
      ...{ jobs, failed },
      classes: options.classes ?? new Map(),
      now,
      leaseMs: 10_000 + 3 * config.scriptTimeoutMs,
      onWritten: (store, stage, copy) => this.#onWritten(store, stage, copy),
    });
    this.jobs = [this.#fanOut.kind];
  }

  /**
   * Creates an empty outbox, for one attempt at a transaction.
   * @param depth how many scripts of messages led to that work, each by a message that it sent
   */
  outbox(stage: Stage, depth = 0): Outbox {
    return new Outbox(stage, this.#options.clock.now(), this.#outboxSettings, depth);
  }

  /**
   * Stores the collected messages in the caller's transaction: one copy per player or, if a message has scripts or more
   * than 20 recipients, one document from which the copies are made later. If the transaction is repeated, call it
   * again. Cost: reads the recipients, 1,000 per query, and one insert per copy.
   */
  async write(outbox: Outbox, documents: Documents): Promise<void> {
    outbox.copies = [];
    outbox.outgoing = [];
    if (outbox.drafts.length === 0) return;
    const known = await existing(documents, outbox.drafts);
    for (const { draft, to } of outbox.drafts) {
      const players = to.filter((player) => known.has(player));
      if (players.length > COPIES_WITH_WORK || (players.length > 0 && this.#fanOut.isScripted(draft))) {
        outbox.outgoing.push(this.#fanOut.outgoing(draft, players.map(objectIdOf), outbox.now));
      } else outbox.copies.push(...players.map((player) => copyOf(draft, player, outbox.now, this.#copySettings)));
    }
    await insertCopies(documents, outbox.copies, outbox.now);
    if (outbox.outgoing.length === 0) return;
    await messageCollections(documents).outgoing.insertMany(outbox.outgoing.map((work) => ({ ...work })));
  }

  /** Call once the transaction is on disk. Sends the messages; work that takes longer continues in the background. */
  deliver(outbox: Outbox): void {
    const store = this.#stores.get(outbox.stage);
    if (store) {
      for (const copy of outbox.copies) this.#onWritten(store, outbox.stage, copy);
      for (const work of outbox.outgoing) this.#fanOut.start(outbox.stage, work);
    }
    for (const { player, except } of outbox.terminations) this.terminateSessions(player, except);
  }

  /** Signs the player out on every socket but `except`. Does not revoke authTokens and writes nothing. */
  terminateSessions(player: PlayerId, except?: object): void {
    this.#options.channel.terminate(player, SESSION_TERMINATED, except);
  }

  /** The player has a socket that may receive messages: sends the waiting ones. */
  signedIn(stage: Stage, player: PlayerId): void {
    const store = this.#stores.get(stage);
    if (store) this.#delivery.catchUp(store, player);
  }

  opened(stage: Stage, store: Store): void {
    this.#stores.set(stage, store);
  }

  async settled(): Promise<void> {
    await this.#options.jobs.settled();
    await this.#background.settled();
  }

  close(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  #onWritten(store: Store, stage: Stage, copy: MessageDocument): void {
    this.#delivery.sendNew(store, stage, copy);
    this.#retention.onWritten(store, playerIdOf(copy.playerId));
  }
}

async function existing(documents: Documents, drafts: readonly { draft: Draft; to: PlayerId[] }[]) {
  const ids = [...new Set(drafts.flatMap(({ to }) => to))];
  const known = new Set<PlayerId>();
  for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
    const some = ids.slice(at, at + IDS_PER_QUERY).map(objectIdOf);
    const found = await accounts(documents)
      .players.find({ _id: { $in: some } }, { projection: { _id: 1 } })
      .toArray();
    for (const { _id } of found) known.add(playerIdOf(_id));
  }
  return known;
}
