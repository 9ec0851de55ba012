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
import { type CopySettings, copyOf, keep } from "./copies.ts";
import { Delivery } from "./delivery.ts";
import type { Draft } from "./draft.ts";
import { FanOut } from "./fan-out.ts";
import { Post, type PostSettings } from "./post.ts";
import { Retention } from "./retention.ts";
import type { MessageScripts } from "./scripts.ts";
import { SESSION_TERMINATED } from "./session-terminated-message.ts";

/** Copies that the sender's own transaction makes; for more players one document stands until they are made. */
const COPIES_WITH_WORK = 20;
const IDS_PER_QUERY = 1_000;

export interface MessagesOptions {
  /** Every class of messages, by its name. */
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
  /** Work in the background failed. */
  failed(error: unknown): void;
  /** What scripts set on a message of this class was larger than a message may be, and was left out. */
  cut(messageClass: string): void;
}

/**
 * The one way by which messages go out, whatever their class: `post` collects them, `write` puts them in the store with
 * the work that they are of, `deliver` sends them once that is on disk. What is written is not lost: a player who is
 * away gets it at the next login (`signedIn`), and what a crash interrupted is resumed as a job.
 */
export class Messages implements DomainService {
  readonly jobs: readonly JobKind[];
  readonly #options: MessagesOptions;
  readonly #background: Background;
  readonly #delivery: Delivery;
  readonly #fanOut: FanOut;
  readonly #retention: Retention;
  readonly #copySettings: CopySettings;
  readonly #postSettings: PostSettings;
  readonly #stores = new Map<Stage, Store>();

  constructor(options: MessagesOptions) {
    const { config, clock, channel, scripts, jobs, failed } = options;
    const now = () => clock.now();
    this.#options = options;
    this.#postSettings = { messages: options.messages, ...config };
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
      written: (store, stage, copy) => this.#written(store, stage, copy),
    });
    this.jobs = [this.#fanOut.kind];
  }

  /**
   * An empty post, for one attempt at a unit of work.
   * @param depth how many scripts of messages led to that work, each by a message that it sent
   */
  post(stage: Stage, depth = 0): Post {
    return new Post(stage, this.#options.clock.now(), this.#postSettings, depth);
  }

  /**
   * Writes what was sent by the post, within the caller's transaction; calling it again writes it anew. A copy for each
   * player, or, where scripts run for the message or it goes to more than 20 players, one document that the copies are
   * made from afterwards. Cost: a look at each player, in queries of 1,000, and an insert for each copy.
   */
  async write(post: Post, documents: Documents): Promise<void> {
    post.copies = [];
    post.outgoing = [];
    if (post.drafts.length === 0) return;
    const known = await existing(documents, post.drafts);
    for (const { draft, to } of post.drafts) {
      const players = to.filter((player) => known.has(player));
      if (players.length > COPIES_WITH_WORK || (players.length > 0 && this.#fanOut.isScripted(draft))) {
        post.outgoing.push(this.#fanOut.outgoing(draft, players.map(objectIdOf), post.now));
      } else post.copies.push(...players.map((player) => copyOf(draft, player, post.now, this.#copySettings)));
    }
    await keep(documents, post.copies, post.now);
    if (post.outgoing.length === 0) return;
    await messageCollections(documents).outgoing.insertMany(post.outgoing.map((work) => ({ ...work })));
  }

  /** Sends what was written, once its transaction is on disk. What takes longer goes on in the background. */
  deliver(post: Post): void {
    const store = this.#stores.get(post.stage);
    if (store) {
      for (const copy of post.copies) this.#written(store, post.stage, copy);
      for (const work of post.outgoing) this.#fanOut.start(post.stage, work);
    }
    for (const { player, except } of post.terminations) this.terminateSessions(player, except);
  }

  /** Signs the player out on every socket but `except`. Nothing is written: authTokens stay good unless revoked. */
  terminateSessions(player: PlayerId, except?: object): void {
    this.#options.channel.terminate(player, SESSION_TERMINATED, except);
  }

  /** The player has a socket that may listen: it is sent what waits. */
  signedIn(stage: Stage, player: PlayerId): void {
    const store = this.#stores.get(stage);
    if (store) this.#delivery.catchUp(store, player);
  }

  /** The stage's store is open. */
  opened(stage: Stage, store: Store): void {
    this.#stores.set(stage, store);
  }

  /** Resolves when this process works on nothing more: what was written has been sent or waits. */
  async settled(): Promise<void> {
    await this.#options.jobs.settled();
    await this.#background.settled();
  }

  /** Waits up to `timeoutMs` for what is being delivered. */
  close(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  #written(store: Store, stage: Stage, copy: MessageDocument): void {
    this.#delivery.sendNew(store, stage, copy);
    this.#retention.noteOne(store, playerIdOf(copy.playerId));
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
