import type { Clock } from "../clock.ts";
import type { Locks } from "../cluster/locks.ts";
import type { Presence } from "../cluster/presence.ts";
import type { Config } from "../config.ts";
import type { Game } from "../game/game.ts";
import type { JobRunner } from "../jobs/runner.ts";
import type { Outgoing } from "../outgoing/outgoing.ts";
import type { ProviderCalls } from "../providers/calls.ts";
import type { Channel } from "./channel.ts";
import type { Log } from "./log.ts";
import type { MessageDefinition } from "./message.ts";
import type { Metrics } from "./metrics.ts";
import type { ScriptRunner } from "./scripts/runner.ts";
import type { GetService } from "./service.ts";
import type { Stores } from "./stores.ts";

export interface Kernel {
  readonly config: Config;
  readonly game: Game;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly stores: Stores;
  readonly presence: Presence;
  readonly locks: Locks;
  readonly jobs: JobRunner;
  readonly providerCalls: ProviderCalls;
  /** Calls to addresses that a script or a client names. */
  readonly outgoing: Outgoing;
  /** The players' sockets. */
  readonly channel: Channel;
  readonly scripts: ScriptRunner;
  readonly messageClasses: ReadonlyMap<string, MessageDefinition>;
  readonly service: GetService;
}
