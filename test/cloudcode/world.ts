import { createLocalLocks } from "../../src/cluster/locks.ts";
import { createLocalPresence, type Presence } from "../../src/cluster/presence.ts";
import { accountsDomain } from "../../src/domains/accounts/index.ts";
import { createPlayer } from "../../src/domains/accounts/players.ts";
import { readScriptPlayer } from "../../src/domains/accounts/script-view.ts";
import { AccountsService } from "../../src/domains/accounts/service.ts";
import { filesDomain } from "../../src/domains/files/index.ts";
import { messagesDomain } from "../../src/domains/messages/index.ts";
import { Messages } from "../../src/domains/messages/messages.ts";
import { schedulesDomain } from "../../src/domains/schedules/index.ts";
import { Schedules } from "../../src/domains/schedules/schedules.ts";
import { ScriptCaches } from "../../src/domains/script-cache/script-cache.ts";
import { ScriptLog } from "../../src/domains/script-log/script-log.ts";
import { type PlayerId, playerIdOf } from "../../src/ids.ts";
import { JobRunner } from "../../src/jobs/runner.ts";
import { prepareCollections } from "../../src/kernel/domain.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { createLog } from "../../src/kernel/log.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import { ChainLocks } from "../../src/kernel/scripts/locks.ts";
import type { ScriptPlayer } from "../../src/kernel/scripts/player.ts";
import type { ServiceClass } from "../../src/kernel/service.ts";
import { createOutgoing } from "../../src/outgoing/outgoing.ts";
import { outgoingOptions } from "../../src/outgoing/settings.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import type { Store } from "../../src/store/store.ts";
import { XmlReader } from "../../src/xml/reader.ts";
import { FakeClock, testConfig, testGame } from "../support/app.ts";
import { type Engine, engines, type OpenStore } from "../support/stores.ts";

/** What runs of scripts work with: a real store, its players, and the calls that were made. */
export interface World {
  store: Store;
  clock: FakeClock;
  presence: Presence;
  context: RunContext;
  /** `name outcome` of each call. */
  calls: string[];
  failures: unknown[];
  player(userName: string): Promise<PlayerId>;
  seen(player: PlayerId): Promise<ScriptPlayer>;
  discard(): Promise<void>;
}

export async function openWorld(engine: Engine = engines[0]!): Promise<World> {
  const { store, discard }: OpenStore = await engine.open();
  await prepareCollections(accountsDomain, store);
  await prepareCollections(messagesDomain, store);
  await prepareCollections(schedulesDomain, store);
  await prepareCollections(filesDomain, store);
  const clock = new FakeClock();
  const presence = createLocalPresence();
  const calls: string[] = [];
  const failures: unknown[] = [];
  const messages = messagesWithoutSockets(clock, failures);
  messages.opened("preview", store);
  const config = testConfig({ passwordHashesAtOnce: 1, passwordHashesQueued: 10 });
  const accountsService = new AccountsService({
    ...{ clock, config },
    game: testGame(),
    locks: createLocalLocks(),
    log: createLog({ ...config, logLevel: "silent" }),
    providerCalls: new ProviderCalls(),
  });
  const others = [
    [AccountsService, accountsService],
    [
      ScriptCaches,
      new ScriptCaches({ clock, config: testConfig({ scriptCacheEntries: 100, scriptCacheBytes: 1_000_000 }) }),
    ],
    [ScriptLog, new ScriptLog({ clock, config, log: createLog({ ...config, logLevel: "silent" }) })],
  ] as const;
  const context: RunContext = {
    stage: "preview",
    store,
    clock,
    presence,
    redis: undefined,
    outgoing: createOutgoing(outgoingOptions(testConfig())),
    xml: new XmlReader(),
    config: testConfig(),
    game: testGame(),
    player: undefined,
    runId: "test",
    depth: 0,
    messageDepth: 0,
    service: services([Messages, messages], [Schedules, schedulesOf(clock)], ...others),
    requests: { send: async () => ({}) },
    session: undefined,
    chainLocks: new ChainLocks(createLocalLocks(), "preview"),
    onCall: (call, outcome) => calls.push(`${call} ${outcome}`),
    onFailure: (_call, error) => failures.push(error),
  };
  return {
    store,
    clock,
    presence,
    context,
    calls,
    failures,
    async player(userName) {
      const { _id } = await createPlayer(store, { userName, currencies: [10, 0, 0, 0, 0, 0], now: clock.now() });
      return playerIdOf(_id);
    },
    async seen(player) {
      const found = await readScriptPlayer(store, player);
      if (!found) throw new Error("there is no such player");
      return found;
    },
    async discard() {
      await messages.close(1_000);
      await discard();
    },
  };
}

type Made = readonly [ServiceClass, object];

/** How runs reach the services of domains. */
function services(...made: readonly Made[]): Kernel["service"] {
  const known = new Map(made);
  return (of) => {
    const service = known.get(of);
    if (!service) throw new Error(`The test has no ${of.name}.`);
    return service as never;
  };
}

/** The context with a service replaced. */
export function withService(context: RunContext, of: ServiceClass, service: object): RunContext {
  const others = context.service;
  return {
    ...context,
    service: ((wanted: ServiceClass) => (wanted === of ? service : others(wanted))) as Kernel["service"],
  };
}

/** Every module is known, and none is ever run. */
function schedulesOf(clock: FakeClock): Schedules {
  return new Schedules({
    clock,
    config: testConfig(),
    jobs: { closing: false },
    scripts: { has: () => true, run: () => Promise.reject(new Error("no module runs here")) },
    dropped() {},
  });
}

/** Every player is away. */
function messagesWithoutSockets(clock: FakeClock, failures: unknown[]): Messages {
  const jobs = new JobRunner({
    clock,
    onEvent: ({ error }) => failures.push(error),
    onStoreError: (error) => failures.push(error),
  });
  return new Messages({
    messages: new Map(),
    config: testConfig(),
    ...{ clock, jobs },
    channel: {
      listening: () => false,
      deliver: () => 0,
      broadcast() {},
      async drained() {},
      terminate() {},
    },
    scripts: {
      has: () => false,
      run: async () => ({ end: "failed" }),
    },
    failed: (error) => failures.push(error),
    cut() {},
  });
}
