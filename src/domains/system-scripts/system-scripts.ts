import { nanoid } from "nanoid";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import { Background } from "../../jobs/background.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { Caller } from "../../kernel/caller.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import type { Store } from "../../store/store.ts";
import { InOrder } from "./in-order.ts";
import type { SystemScriptJob } from "./job.ts";
import { ScriptJobs } from "./script-jobs.ts";

/** Scripts of players who connect and disconnect that run at once, and how many of these may be of one connection. */
const AT_ONCE = 16;
const AT_ONCE_PER_CONNECTION = 4;
/** How many of them may wait for each socket that the server allows, and how many of one connection. */
const WAITING_PER_SOCKET = 2;
const WAITING_PER_CONNECTION = 16;

/**
 * The scripts that run by themselves: jobs of each stage (`ScriptJobs`), and when players connect and disconnect, at once
 * and not after a kill.
 */
export class SystemScripts implements DomainService {
  readonly jobs: readonly [JobKind<SystemScriptJob>];
  readonly #kernel: Kernel;
  readonly #scriptJobs: ScriptJobs;
  readonly #background: Background;
  readonly #players: InOrder;
  readonly #connections = new WeakMap<Caller, string>();

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
    this.#scriptJobs = new ScriptJobs(kernel);
    this.jobs = [this.#scriptJobs.kind];
  }

  opened(stage: Stage, store: Store): Promise<void> {
    return this.#scriptJobs.opened(stage, store);
  }

  /** The game's scripts were changed under the running server. */
  reloaded(): void {
    this.#scriptJobs.reloaded();
  }

  /** A player is signed in on a socket, from now on. */
  onConnect(caller: Caller, player: PlayerId): void {
    this.#runFor(SYSTEM_SCRIPTS.playerConnected, caller, player);
  }

  /** A socket is no longer the player's. */
  onDisconnect(caller: Caller, player: PlayerId): void {
    this.#runFor(SYSTEM_SCRIPTS.playerDisconnected, caller, player);
  }

  async poll(): Promise<void> {
    this.#tellLeftOut();
    this.#scriptJobs.poll();
  }

  /** Resolves when this process runs neither jobs nor scripts of players. */
  async settled(): Promise<void> {
    await this.#kernel.jobs.settled();
    await this.#background.settled();
  }

  /** Waits up to `timeoutMs` for scripts of players, those who are cut off by the stop included. */
  async drain(timeoutMs: number): Promise<void> {
    await this.#background.close(timeoutMs);
    this.#tellLeftOut();
    const scripts = this.#players.stop();
    if (scripts > 0) this.#kernel.log.warn({ scripts }, "scripts of players who left do not run: the server stops");
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
}
