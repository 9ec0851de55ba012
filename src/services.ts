import { type Clock, systemClock } from "./clock.ts";
import type { CloudCode } from "./cloudcode/cloudcode.ts";
import type { HostEvent } from "./cloudcode/host-pool.ts";
import { openCloudCode } from "./cloudcode/open.ts";
import type { ReloadEvent } from "./cloudcode/reload.ts";
import { createLocalLocks } from "./cluster/locks.ts";
import { createLocalPresence } from "./cluster/presence.ts";
import { connectRedis } from "./cluster/redis.ts";
import type { Config } from "./config.ts";
import { domains, messages } from "./domains/index.ts";
import { SystemScripts } from "./domains/system-scripts/index.ts";
import type { Game, Stage } from "./game/game.ts";
import { JobRunner } from "./jobs/runner.ts";
import { type DomainService, prepareCollections } from "./kernel/domain.ts";
import { DomainServices } from "./kernel/domain-services.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { createLog, type Log } from "./kernel/log.ts";
import { measured } from "./kernel/measured-store.ts";
import { Metrics } from "./kernel/metrics.ts";
import { Stores } from "./kernel/stores.ts";
import { createOutgoing } from "./outgoing/outgoing.ts";
import { outgoingOptions } from "./outgoing/settings.ts";
import { ProviderCalls } from "./providers/calls.ts";
import { KeyedMutex } from "./queues/keyed-mutex.ts";
import type { AnyRequest } from "./requests/definition.ts";
import { requests } from "./requests/index.ts";
import type { Services } from "./server/call.ts";
import { createDispatcher, type Dispatch } from "./server/dispatcher.ts";
import { durableRequestsDomain } from "./server/durable-documents.ts";
import { ScriptRequestSender } from "./server/script-requests.ts";
import { createScriptRunner } from "./server/script-runner.ts";
import { Sessions } from "./server/sessions.ts";
import type { Settings } from "./settings-schema.ts";
import type { StoreError } from "./store/errors.ts";
import { prepareGuards } from "./store/guard.ts";
import { stageExists, storeOpener } from "./store/open.ts";
import type { Store } from "./store/store.ts";
import { waitForAll } from "./wait-for-all.ts";
import { XmlReader } from "./xml/reader.ts";

export interface AppOptions {
  config: Settings;
  game: Game;
  clock?: Clock;
  log?: Log;
  /** By default, the game's own scripts. Closed with the server. */
  cloudCode?: CloudCode;
  /** By class name without the dot. By default, all known requests. */
  requests?: ReadonlyMap<string, AnyRequest>;
  /** Whether the server polls for due work every second. True by default; otherwise only `App.poll` does. */
  ticks?: boolean;
  /** Opens the database of a stage. By default, as the settings say. */
  openStore?: (stage: Stage) => Promise<Store>;
}

export interface Parts {
  services: Services;
  dispatch: Dispatch;
  sessions: Sessions;
  domains(): DomainService[];
}

const PREPARED = [...domains, durableRequestsDomain];

/** Creates everything that a server shares, except its listener. Only the script hosts are started. */
export async function createServices(options: AppOptions): Promise<Parts> {
  const { config, game, clock = systemClock } = options;
  const log = options.log ?? createLog(config);
  const metrics = new Metrics();
  const presence = createLocalPresence();
  const sessions = new Sessions(presence);
  const scriptRequests = new ScriptRequestSender();
  const onOutgoing = (outcome: string, seconds: number) => metrics.outgoingDone(outcome, seconds);
  const cloudCode = options.cloudCode ?? (await openGameScripts(options, log, () => service(SystemScripts).reloaded()));
  for (const problem of cloudCode.problems()) log.error({ problem }, "script cannot be used");

  const openStage = async (stage: Stage): Promise<Store> => {
    const store = measured(await open(stage), metrics);
    try {
      await waitForAll([prepareGuards(store), ...PREPARED.map((domain) => prepareCollections(domain, store))]);
      for (const each of made.all()) await each.opened?.(stage, store);
    } catch (error) {
      await store.close();
      throw error;
    }
    jobs.open(stage, store);
    return store;
  };
  const onDamage = (stage: string, err: StoreError) => log.fatal({ err, stage }, "the data file is damaged");
  const mayExist = (stage: Stage) =>
    stage === config.defaultStage || options.openStore !== undefined || stageExists(config, stage);
  const open = options.openStore ?? storeOpener(config, { clock, onDamage });
  const jobs = createJobs(log, clock);
  const service: Kernel["service"] = (of) => made.of(of);
  const services: Services = {
    ...{ config, game, clock, log, metrics, presence, jobs, service, cloudCode, scriptRequests },
    stores: new Stores(openStage, (stage, err) => log.error({ err, stage }, "cannot open the database"), mayExist),
    locks: createLocalLocks(),
    channel: sessions,
    messageClasses: messages,
    requests: options.requests ?? requests,
    playerTurns: new KeyedMutex(),
    redis: openRedis(config, log),
    outgoing: createOutgoing({ ...outgoingOptions(config), onDone: onOutgoing }),
    providerCalls: new ProviderCalls(),
    xml: new XmlReader(),
    get scripts() {
      return scripts;
    },
  };
  const scripts = createScriptRunner(services);
  const made = new DomainServices(services, domains);
  for (const { jobs: kinds = [] } of made.all()) for (const kind of kinds) jobs.add(kind);
  const dispatch = createDispatcher(services);
  scriptRequests.connect(services.requests, dispatch);
  return { services, dispatch, sessions, domains: () => made.all() };
}

function createJobs(log: Log, clock: Kernel["clock"]): JobRunner {
  return new JobRunner({
    clock,
    onEvent({ type, error: err, ...about }) {
      if (type === "failed") log.error({ err, ...about }, "job failed; it will be retried");
      else if (type === "gaveUp") log.error({ err, ...about }, "job failed too often; giving up");
      else log.warn(about, "job was claimed by another server while it was running here");
    },
    onStoreError: (err) => log.error({ err }, "database error while claiming jobs; it will be retried"),
  });
}

function openGameScripts({ config, game }: AppOptions, log: Log, onReloaded: () => void): Promise<CloudCode> {
  return openCloudCode(
    game,
    config,
    (event) => logHostEvent(log, event),
    (event) => {
      logReload(log, event);
      if (event.type === "reloaded") onReloaded();
    },
  );
}

function logHostEvent(log: Log, { type, ...event }: HostEvent): void {
  if (type === "ready") log.info(event, "script host is ready");
  else if (type === "ended") log.warn(event, "script host ended");
  else log.error(event, "script hosts keep failing");
}

function logReload(log: Log, event: ReloadEvent): void {
  if (event.type === "unreadable") {
    log.warn(event, "cannot read the game folder; keeping the current scripts");
    return;
  }
  const { version: scriptVersion, scripts, problems } = event;
  log.info({ scriptVersion, scripts }, "scripts reloaded");
  for (const problem of problems) log.error({ problem, scriptVersion }, "script cannot be used");
}

/** Connects on the first command. */
function openRedis(config: Config, log: Log) {
  if (config.redisUrl === "") return undefined;
  return connectRedis({
    url: config.redisUrl,
    timeoutMs: config.redisTimeoutMs,
    onState(state, reason) {
      if (state === "disconnected") log.warn({ reason }, "cannot connect to Redis; retrying");
      else log.info("Redis connection restored");
    },
  });
}
