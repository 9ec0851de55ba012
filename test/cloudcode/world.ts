import { prepareAccounts } from "../../src/accounts/collections.ts";
import { createPasswords } from "../../src/accounts/passwords.ts";
import { createPlayer } from "../../src/accounts/players.ts";
import { readScriptPlayer, type ScriptPlayer } from "../../src/accounts/script-view.ts";
import { ScriptCache } from "../../src/cache/script-cache.ts";
import { ChainLocks } from "../../src/cloudcode/calls/run-locks.ts";
import type { RunContext } from "../../src/cloudcode/cloudcode.ts";
import { createLocalLocks } from "../../src/cluster/locks.ts";
import { createLocalPresence, type Presence } from "../../src/cluster/presence.ts";
import { type PlayerId, playerIdOf } from "../../src/ids.ts";
import { prepareMessages } from "../../src/messages/collections.ts";
import { Messages } from "../../src/messages/messages.ts";
import { createOutgoing } from "../../src/outgoing/outgoing.ts";
import { outgoingOptions } from "../../src/outgoing/settings.ts";
import { prepareSchedules } from "../../src/schedules/collections.ts";
import { Schedules } from "../../src/schedules/schedules.ts";
import { LogLevels } from "../../src/script-log/levels.ts";
import type { Store } from "../../src/store/store.ts";
import { prepareUploads } from "../../src/uploads/uploads.ts";
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
  await prepareAccounts(store);
  await prepareMessages(store);
  await prepareSchedules(store);
  await prepareUploads(store);
  const clock = new FakeClock();
  const presence = createLocalPresence();
  const calls: string[] = [];
  const failures: unknown[] = [];
  const messages = messagesWithoutSockets(clock, failures);
  messages.opened("preview", store);
  const context: RunContext = {
    stage: "preview",
    store,
    clock,
    presence,
    cache: new ScriptCache({ entries: 100, bytes: 1_000_000 }, clock),
    redis: undefined,
    outgoing: createOutgoing(outgoingOptions(testConfig())),
    xml: new XmlReader(),
    logLevels: new LogLevels(clock, (error) => failures.push(error)),
    passwords: createPasswords({ atOnce: 1, queued: 10 }),
    config: testConfig(),
    game: testGame(),
    player: undefined,
    runId: "test",
    depth: 0,
    messageDepth: 0,
    messages,
    schedules: schedulesOf(clock, failures),
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

/** Every module is known, and none is ever run. */
function schedulesOf(clock: FakeClock, failures: unknown[]): Schedules {
  return new Schedules({
    clock,
    config: testConfig(),
    modules: { has: () => true, run: async () => {} },
    failed: (error) => failures.push(error),
    dropped() {},
  });
}

/** Every player is away. */
function messagesWithoutSockets(clock: FakeClock, failures: unknown[]): Messages {
  return new Messages({
    messages: new Map(),
    config: testConfig(),
    clock,
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
