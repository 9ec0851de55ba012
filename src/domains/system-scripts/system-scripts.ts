import { createHash } from "node:crypto";
import { nanoid } from "nanoid";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import { Background } from "../../jobs/background.ts";
import { backoffMs } from "../../jobs/backoff.ts";
import type { Caller } from "../../kernel/caller.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import type { Document, Filter, Store } from "../../store/store.ts";
import { waitForAll } from "../../wait-for-all.ts";
import { InOrder } from "./in-order.ts";
import { type Claim, claim } from "./occasions.ts";

/** Scripts that are due on the mark, by UTC, and their periods. */
const TIMED: readonly [script: string, periodMs: number][] = [
  [SYSTEM_SCRIPTS.everyMinute, 60_000],
  [SYSTEM_SCRIPTS.everyHour, 3_600_000],
  [SYSTEM_SCRIPTS.everyDay, 86_400_000],
];
/** Scripts of players who come and leave that run at once, and of these so many of one connection. */
const AT_ONCE = 16;
const AT_ONCE_PER_CONNECTION = 4;
/** So many of them may wait for each socket that there may be, and so many of one. */
const WAITING_PER_SOCKET = 2;
const WAITING_PER_CONNECTION = 16;
/** Until a script is tried again for which no script host was to be had. */
const RETRY = { firstMs: 1_000, mostMs: 16_000 };
/** States of the game that are remembered as published. */
const REMEMBERED = 50;

/** A state of the game that a stage is to see published, unless it has. */
interface Publication {
  fingerprint: string;
  /** What the stage's document says where it has not. */
  ripe: Filter;
}

/**
 * The scripts that run by themselves, for each stage whose store is open: every minute, hour and day, once for all
 * servers that share the store; when a game is published; when players come and leave.
 */
export class SystemScripts implements DomainService {
  readonly #kernel: Kernel;
  readonly #background: Background;
  readonly #players: InOrder;
  readonly #connections = new WeakMap<Caller, string>();
  readonly #stores = new Map<Stage, { store: Store; openedAt: number }>();
  /** Stage and script → the last time due that this server has nothing to do for any more. */
  readonly #handled = new Map<string, number>();
  readonly #publications = new Map<Stage, Publication>();
  /** Stage and script → how often in a row no script host was to be had, and when it is tried again. */
  readonly #retries = new Map<string, { failures: number; at: number }>();

  constructor(kernel: Kernel) {
    const { config, log } = kernel;
    this.#kernel = kernel;
    this.#background = new Background((err) => log.error({ err }, "a system script could not be run"));
    this.#players = new InOrder({
      atOnce: AT_ONCE,
      atOncePerGroup: AT_ONCE_PER_CONNECTION,
      waiting: config.maxConnections * WAITING_PER_SOCKET,
      waitingPerGroup: WAITING_PER_CONNECTION,
    });
  }

  /** The stage's store is there. */
  opened(stage: Stage, store: Store): void {
    this.#stores.set(stage, { store, openedAt: this.#kernel.clock.now() });
    const fingerprint = this.#fingerprint();
    this.#publications.set(stage, { fingerprint, ripe: { seen: { $ne: fingerprint } } });
  }

  /** The game's scripts were changed under the running server: that publishes it on preview. */
  reloaded(): void {
    if (!this.#stores.has("preview")) return;
    const fingerprint = this.#fingerprint();
    this.#publications.set("preview", { fingerprint, ripe: { published: { $ne: fingerprint } } });
  }

  /** A player is signed in on a socket, from now on. */
  came(caller: Caller, player: PlayerId): void {
    this.#runFor(SYSTEM_SCRIPTS.playerConnected, caller, player);
  }

  /** A socket is no longer the player's. */
  left(caller: Caller, player: PlayerId): void {
    this.#runFor(SYSTEM_SCRIPTS.playerDisconnected, caller, player);
  }

  /** Begins what has become due; done about every second. Costs nothing where nothing has. */
  async poll(): Promise<void> {
    this.#tellLeftOut();
    if (this.#background.closing) return;
    const looks = [...this.#stores].map(async ([stage, { store }]) => {
      await this.#publish(stage, store);
      for (const [script, periodMs] of TIMED) await this.#runOnTheMark(stage, store, script, periodMs);
    });
    await waitForAll(looks);
  }

  /** Resolves when nothing of this process is under way any more. */
  settled(): Promise<void> {
    return this.#background.settled();
  }

  /** Waits up to `timeoutMs` for what is under way, the scripts of players who just left included. */
  async drain(timeoutMs: number): Promise<void> {
    await this.#background.close(timeoutMs);
    this.#tellLeftOut();
    const scripts = this.#players.stop();
    if (scripts > 0) this.#kernel.log.warn({ scripts }, "scripts of players who left do not run: the server stops");
  }

  /**
   * A time that is over before the stage was opened, or while the game had no such script, is not made up for. A script that
   * takes longer than its period runs late, once, and skips what became due meanwhile.
   */
  async #runOnTheMark(stage: Stage, store: Store, script: string, periodMs: number): Promise<void> {
    const now = this.#kernel.clock.now();
    const due = now - (now % periodMs);
    const key = keyOf(stage, script);
    const handled = this.#handled.get(key) ?? this.#stores.get(stage)!.openedAt;
    if (due <= handled || this.#waits(stage, script)) return;
    if (!this.#kernel.scripts.has("system", script)) {
      this.#handled.set(key, due);
      return;
    }
    const time = { ripe: { due: { $lt: new Date(due) } }, begun: { due: new Date(due) } };
    const claimed = await this.#claim(store, script, time);
    if (claimed === "busy") return;
    this.#handled.set(key, due);
    if (claimed === "over") return;
    const again = { $set: { due: new Date(due - 1) } };
    this.#run(stage, script, claimed, (isOver) => {
      if (!isOver) this.#handled.set(key, due - 1);
      return isOver ? {} : again;
    });
  }

  async #publish(stage: Stage, store: Store): Promise<void> {
    const publication = this.#publications.get(stage);
    if (!publication) return;
    const script = SYSTEM_SCRIPTS.gamePublished;
    if (this.#waits(stage, script)) return;
    const { fingerprint, ripe } = publication;
    const claimed = this.#kernel.scripts.has("system", script)
      ? await this.#claim(store, script, { ripe, begun: {} })
      : "over";
    if (claimed === "busy") return;
    if (claimed === "over") {
      if (this.#publications.get(stage) === publication) this.#publications.delete(stage);
      return;
    }
    const seen = { $each: [fingerprint], $slice: -REMEMBERED };
    this.#run(stage, script, claimed, (isOver) =>
      isOver ? { $set: { published: fingerprint }, $push: { seen } } : {},
    );
  }

  #claim(store: Store, script: string, what: { ripe: Filter; begun: Document }): Promise<Claim | "over" | "busy"> {
    return claim(store, script, { ...what, now: new Date(this.#kernel.clock.now()), until: this.#leaseEnd() });
  }

  /** @param update of the script's document, with its end; not over: for want of a script host, or as the server stops */
  #run(stage: Stage, name: string, claimed: Claim, update: (isOver: boolean) => Document): void {
    const renewal = setInterval(
      () => this.#background.run(claimed.extend(this.#leaseEnd())),
      this.#leaseMs / 3,
    ).unref();
    const key = keyOf(stage, name);
    const failures = this.#retries.get(key)?.failures ?? 0;
    const run = this.#kernel.scripts.run({
      kind: "system",
      ...{ name, stage },
      alongside: (tx, { failure }) => {
        const isOver = failure === undefined || (failure.kind !== "unavailable" && !this.#background.closing);
        if (isOver) this.#retries.delete(key);
        else this.#retries.set(key, this.#retry(failures + 1));
        return claimed.end(tx, update(isOver));
      },
    });
    this.#background.run(run.finally(() => clearInterval(renewal)));
  }

  #waits(stage: Stage, script: string): boolean {
    return this.#kernel.clock.now() < (this.#retries.get(keyOf(stage, script))?.at ?? 0);
  }

  #retry(failures: number) {
    return { failures, at: this.#kernel.clock.now() + backoffMs(failures, RETRY) };
  }

  /** Those of one player run in order. A client that switches players again and again loses its own oldest ones. */
  #runFor(name: string, caller: Caller, player: PlayerId): void {
    if (!this.#kernel.scripts.has("system", name) || this.#background.closing) return;
    const { stage } = caller;
    const done = this.#players.add({ key: `${stage} ${player}`, group: this.#connectionOf(caller) }, async () => {
      await this.#kernel.scripts.run({ kind: "system", ...{ name, stage, player, caller } });
    });
    this.#background.run(done);
  }

  #connectionOf(caller: Caller): string {
    let connection = this.#connections.get(caller);
    if (connection === undefined) {
      connection = nanoid();
      this.#connections.set(caller, connection);
    }
    return connection;
  }

  #tellLeftOut(): void {
    const scripts = this.#players.takeLeftOut();
    if (scripts > 0)
      this.#kernel.log.error({ scripts }, "scripts of players who came and left did not run: too many wait");
  }

  get #leaseMs(): number {
    return 10_000 + 3 * this.#kernel.config.scriptTimeoutMs;
  }

  #leaseEnd(): Date {
    return new Date(this.#kernel.clock.now() + this.#leaseMs);
  }

  /** Of the game's configuration and scripts. */
  #fingerprint(): string {
    const { game, scripts } = this.#kernel;
    const state = JSON.stringify([game.document, scripts.fingerprint()]);
    return createHash("sha256").update(state).digest("base64url");
  }
}

function keyOf(stage: Stage, script: string): string {
  return `${stage} ${script}`;
}
