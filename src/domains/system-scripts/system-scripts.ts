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

/** Limits of the scripts for players who connect and disconnect. */
const AT_ONCE = 16;
const AT_ONCE_PER_CONNECTION = 4;
/** Per socket that the server allows. */
const WAITING_PER_SOCKET = 2;
const WAITING_PER_CONNECTION = 16;

/** Runs the scripts of `ScriptJobs` durably, and those for connects and disconnects immediately but not durably. */
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
    this.#background = new Background((err) => log.error({ err }, "running a connect or disconnect script failed"));
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

  reloaded(): void {
    this.#scriptJobs.reloaded();
  }

  onConnect(caller: Caller, player: PlayerId): void {
    this.#runFor(SYSTEM_SCRIPTS.playerConnected, caller, player);
  }

  /** The socket has closed or the player has signed out. */
  onDisconnect(caller: Caller, player: PlayerId): void {
    this.#runFor(SYSTEM_SCRIPTS.playerDisconnected, caller, player);
  }

  async poll(): Promise<void> {
    this.#reportDropped();
    this.#scriptJobs.poll();
  }

  async settled(): Promise<void> {
    await this.#kernel.jobs.settled();
    await this.#background.settled();
  }

  async drain(timeoutMs: number): Promise<void> {
    await this.#background.close(timeoutMs);
    this.#reportDropped();
    const scripts = this.#players.stop();
    if (scripts > 0)
      this.#kernel.log.warn({ scripts }, "connect and disconnect scripts were dropped because the server is stopping");
  }

  /** The scripts of one player run in order. A client that switches players too fast loses its own oldest scripts. */
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

  #reportDropped(): void {
    const scripts = this.#players.takeDropped();
    if (scripts > 0)
      this.#kernel.log.error({ scripts }, "connect and disconnect scripts were dropped because too many were waiting");
  }
}
