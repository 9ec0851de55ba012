import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { prepareAccounts } from "./accounts/collections.ts";
import { createPasswords } from "./accounts/passwords.ts";
import { prepareScriptCache, ScriptCaches } from "./cache/script-cache.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { CloudCode } from "./cloudcode/cloudcode.ts";
import type { HostEvent } from "./cloudcode/host-pool.ts";
import { openCloudCode } from "./cloudcode/open.ts";
import type { ReloadEvent } from "./cloudcode/reload.ts";
import { createLocalLocks } from "./cluster/locks.ts";
import { createLocalPresence } from "./cluster/presence.ts";
import { connectRedis } from "./cluster/redis.ts";
import type { Config } from "./config.ts";
import { prepareData } from "./data/types.ts";
import { prepareDeliveries } from "./deliveries/records.ts";
import { type Credential, type Game, STAGES, type Stage } from "./game/game.ts";
import type { PlayerId } from "./ids.ts";
import { prepareMessages } from "./messages/collections.ts";
import { Messages } from "./messages/messages.ts";
import { prepareChallenges } from "./multiplayer/challenges/document.ts";
import { DueChallenges } from "./multiplayer/challenges/due.ts";
import { createOutgoing } from "./outgoing/outgoing.ts";
import { outgoingOptions } from "./outgoing/settings.ts";
import type { AnyRequest } from "./requests/definition.ts";
import { requests } from "./requests/index.ts";
import { prepareSchedules } from "./schedules/collections.ts";
import { Schedules } from "./schedules/schedules.ts";
import { LogLevels } from "./script-log/levels.ts";
import { LogLines, prepareLogLines } from "./script-log/lines.ts";
import type { Services } from "./server/call.ts";
import type { Hub } from "./server/connection.ts";
import { createDispatcher, type Dispatch } from "./server/dispatcher.ts";
import { prepareDurableRequests } from "./server/durable-documents.ts";
import { FileDeliveries } from "./server/file-deliveries.ts";
import type { ResponseFrame } from "./server/frames.ts";
import { createHttpRoutes, type HttpRoutes } from "./server/http.ts";
import { LocalClient } from "./server/local-client.ts";
import { createLog, type Log } from "./server/log.ts";
import type { LoneServices } from "./server/lone-script.ts";
import { measured } from "./server/measured-store.ts";
import { createMessageScripts } from "./server/message-scripts.ts";
import { Metrics } from "./server/metrics.ts";
import { Outbox } from "./server/outbox.ts";
import type { PlayerTurns } from "./server/player-turns.ts";
import { Rates } from "./server/rate.ts";
import { scheduledModules } from "./server/scheduled-modules.ts";
import { ScriptRequestSender } from "./server/script-requests.ts";
import { SessionIds } from "./server/session-ids.ts";
import { Sessions } from "./server/sessions.ts";
import { Sockets } from "./server/sockets.ts";
import { Stores } from "./server/stores.ts";
import { SystemScripts } from "./server/system-scripts.ts";
import { Ticker } from "./server/ticker.ts";
import { noteUnexpected } from "./server/unexpected.ts";
import type { StoreError } from "./store/errors.ts";
import { prepareGuards } from "./store/guard.ts";
import { stageExists, storeOpener } from "./store/open.ts";
import type { Store } from "./store/store.ts";
import { prepareUploads } from "./uploads/uploads.ts";
import { waitForAll } from "./wait-for-all.ts";
import { XmlReader } from "./xml/reader.ts";

export interface AppOptions {
  config: Config;
  game: Game;
  clock?: Clock;
  log?: Log;
  /** The game's own unless told. Ended with the server. */
  cloudCode?: CloudCode;
  /** By the class without its dot; all that the server knows unless told. */
  requests?: ReadonlyMap<string, AnyRequest>;
  /**
   * Whether it looks every second for what has become due: schedules, system scripts and delivered files. True unless
   * told; without it, only `look` of these does.
   */
  ticks?: boolean;
  /** Opens the database of a stage; as the settings say unless told. */
  openStore?: (stage: Stage) => Promise<Store>;
}

/** A running server. */
export interface App {
  readonly port: number;
  /** `ws://host:port`, without a path. */
  readonly url: string;
  readonly httpUrl: string;
  readonly services: Services;
  readonly dispatch: Dispatch;
  /** Sends a frame to every socket of the player in this process, and answers how many there were. */
  send(player: PlayerId, frame: ResponseFrame): number;
  /** A client in this process that nobody is signed in on yet; it uses neither a socket nor the credential's secret. */
  localClient(stage: Stage, credential: Credential): LocalClient;
  /**
   * Stops: nothing new is taken, what is under way comes to its end within `drainTimeoutMs`, clients are told to connect
   * again, the databases are closed. Calling it again waits for the same stop.
   */
  close(): Promise<void>;
}

const VERSION = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
  .version;
/** A client that is slower than this to send an HTTP request, or its head, is let go. */
const HTTP_TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };
/** What the first client has not asked for by then is loaded all the same. */
const PRELOAD_MS = 1_000;
const IDLE_CHECK_MS = 25;
/** Messages have so long to be delivered when the server stops, even where requests took all of `drainTimeoutMs`. */
const STOP_MESSAGES_MS = 1_000;
/** So long what scripts were in the middle of may take to be handed on, when their hosts were ended. */
const STOP_SCRIPTS_MS = 5_000;
/** Plain HTTP connections that may stand beside the sockets. */
const SPARE_CONNECTIONS = 1_000;

/**
 * Starts one server on one port: sockets and HTTP. Databases are opened when they are first needed, and what an idle
 * server does not use is loaded after it listens.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, game, clock = systemClock } = options;
  const log = options.log ?? createLog(config);
  const metrics = new Metrics();
  const outgoing = createOutgoing({
    ...outgoingOptions(config),
    onDone: (outcome, seconds) => metrics.outgoingDone(outcome, seconds),
  });
  const cloudCode =
    options.cloudCode ??
    (await openCloudCode(
      game,
      config,
      (event) => logHostEvent(log, event),
      (event) => {
        logReload(log, event);
        if (event.type === "reloaded") systemScripts.reloaded();
      },
    ));
  for (const problem of cloudCode.problems()) log.error({ problem }, "a script is out of service");
  const onDamage = (stage: string, err: StoreError) => log.fatal({ err, stage }, "the data file is damaged");
  const open = options.openStore ?? storeOpener(config, { clock, onDamage });
  const presence = createLocalPresence();
  const locks = createLocalLocks();
  const playerTurns: PlayerTurns = new Map();
  const redis = openRedis(config, log);
  const xml = new XmlReader();
  const scriptCaches = new ScriptCaches({ entries: config.scriptCacheEntries, bytes: config.scriptCacheBytes }, clock);
  const logFailed = (err: unknown) => log.error({ err }, "what scripts logged cannot be kept");
  const logLevels = new LogLevels(clock, logFailed);
  const logLines = new LogLines({ clock, kept: config.scriptLogKept, failed: logFailed });
  const scriptRequests = new ScriptRequestSender();
  const sessions = new Sessions(presence);
  const openStage = async (stage: Stage) => {
    const store = measured(await open(stage), metrics);
    try {
      await prepare(store);
      await logLevels.opened(stage, store);
    } catch (error) {
      await store.close();
      throw error;
    }
    messages.opened(stage, store);
    schedules.opened(stage, store);
    systemScripts.opened(stage, store);
    challenges.opened(stage, store);
    return store;
  };
  const stores = new Stores(openStage, (stage, err) => log.error({ err, stage }, "the database cannot be opened"));
  const passwords = createPasswords({ atOnce: config.passwordHashesAtOnce, queued: config.passwordHashesQueued });
  const forScripts: LoneServices = {
    ...{ cloudCode, clock, config, game, log, metrics, passwords, presence, stores },
    ...{ scriptRequests, locks, playerTurns, scriptCaches, redis, outgoing, xml, logLevels, logLines },
    // Scripts send messages and plan modules, which are scripts too.
    get messages() {
      return messages;
    },
    get schedules() {
      return schedules;
    },
  };
  const schedules = new Schedules({
    clock,
    config,
    modules: scheduledModules(forScripts),
    failed: (err) => log.error({ err }, "a scheduled module could not be run; it is tried again"),
    dropped: (why, about) => log.warn({ why, ...about }, "a scheduled module does not run"),
  });
  const systemScripts = new SystemScripts(forScripts);
  const fileDeliveries = new FileDeliveries(forScripts);
  const messages = new Messages({
    messages: game.messages,
    config,
    clock,
    channel: sessions,
    scripts: createMessageScripts(forScripts),
    failed: (err) => log.error({ err }, "messages could not be delivered; they are tried again"),
    cut: (messageClass) => log.warn({ messageClass }, "what scripts set made a message too large and was left out"),
  });
  const challenges = new DueChallenges({
    clock,
    messages,
    failed: (err) => log.error({ err }, "a challenge could not be carried on; it is tried again"),
  });
  const services: Services = {
    config,
    game,
    clock,
    log,
    metrics,
    presence,
    passwords,
    cloudCode,
    requests: options.requests ?? requests,
    stores,
    messages,
    schedules,
    systemScripts,
    challenges,
    fileDeliveries,
    scriptRequests,
    locks,
    playerTurns,
    scriptCaches,
    redis,
    outgoing,
    xml,
    logLevels,
    logLines,
  };
  const dispatch = createDispatcher(services);
  scriptRequests.connect(services.requests, dispatch);
  const hub: Hub = {
    services,
    dispatch,
    sessions,
    sessionIds: new SessionIds(game),
    outbox: new Outbox(),
    rates: new Rates(config),
    unproven: new Set(),
    stopping: false,
    farewell: undefined,
  };
  const sockets = new Sockets(hub);

  let loading: Promise<HttpRoutes> | undefined;
  const routes = () => {
    loading ??= createHttpRoutes(services, dispatch, hub.rates, { version: VERSION, stopping: () => hub.stopping });
    return loading;
  };
  const onRequest: RequestListener = (request, response) => {
    routes()
      .then(({ handle }) => handle(request, response))
      .catch((err) => {
        noteUnexpected(services, "http", err);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
  };
  const http = createServer(HTTP_TIMEOUTS, onRequest);
  http.maxConnections = config.maxConnections + SPARE_CONNECTIONS;
  http.on("upgrade", (request, wire, head) => sockets.upgrade(request, wire, head));
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(config.port, config.host, resolve);
  });
  const preload = setTimeout(() => {
    routes().catch(() => {});
    for (const stage of STAGES) {
      const isWanted = stage === config.defaultStage || (!options.openStore && stageExists(config, stage));
      // A failure is logged, and tried again, by the stores themselves.
      if (isWanted) stores.open(stage).catch(() => undefined);
    }
  }, PRELOAD_MS).unref();

  const look = async () => {
    fileDeliveries.begin();
    await waitForAll([schedules.look(), systemScripts.look(), challenges.look()]);
  };
  const ticker =
    options.ticks === false
      ? undefined
      : new Ticker(look, (err) => log.error({ err }, "what has become due cannot be looked for"));

  const stop = async () => {
    clearTimeout(preload);
    hub.stopping = true;
    const startedAt = performance.now();
    const left = () => Math.max(0, config.drainTimeoutMs - (performance.now() - startedAt));
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    // A kept-alive connection falls idle when its last response is out; nothing tells us, so we look.
    const idle = setInterval(() => http.closeIdleConnections(), IDLE_CHECK_MS);
    await sockets.drain(config.drainReconnectUrl, config.drainTimeoutMs);
    const late = setTimeout(() => http.closeAllConnections(), left());
    await closed;
    clearTimeout(late);
    clearInterval(idle);
    await loading?.then((r) => r.close()).catch(() => {});
    challenges.close();
    await ticker?.stop();
    const forScripts = Math.max(STOP_MESSAGES_MS, left());
    const lone = [schedules, systemScripts, fileDeliveries];
    await Promise.all(lone.map((running) => running.close(forScripts)));
    await services.messages.close(Math.max(STOP_MESSAGES_MS, left()));
    await services.cloudCode.close();
    await Promise.all([...lone, services.messages].map((running) => running.close(STOP_SCRIPTS_MS)));
    redis?.close();
    await logLines.close();
    await services.stores.close();
  };
  let stopped: Promise<void> | undefined;

  const { port } = http.address() as AddressInfo;
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return {
    port,
    url: `ws://${host}:${port}`,
    httpUrl: `http://${host}:${port}`,
    services,
    dispatch,
    send: (player, frame) => hub.sessions.send(player, frame),
    localClient: (stage, credential) => new LocalClient(hub, stage, credential),
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function logHostEvent(log: Log, { type, ...event }: HostEvent): void {
  if (type === "ready") log.info(event, "a script host is ready");
  else if (type === "ended") log.warn(event, "a script host was ended");
  else log.error(event, "script hosts end again and again");
}

function logReload(log: Log, event: ReloadEvent): void {
  if (event.type === "unreadable") {
    log.warn(event, "the game's folder cannot be read; its scripts stay as they were");
    return;
  }
  const { version: scriptVersion, scripts, problems } = event;
  log.info({ scriptVersion, scripts }, "scripts were loaded again");
  for (const problem of problems) log.error({ problem, scriptVersion }, "a script is out of service");
}

/** Connects when a script first sends a command. */
function openRedis(config: Config, log: Log) {
  if (config.redisUrl === "") return undefined;
  return connectRedis({
    url: config.redisUrl,
    timeoutMs: config.redisTimeoutMs,
    onState(state, reason) {
      if (state === "away") log.warn({ reason }, "Redis cannot be reached; it is tried again");
      else log.info("Redis is there again");
    },
  });
}

/** Ensures every collection that transactions write, and its indexes. */
async function prepare(store: Store): Promise<void> {
  await prepareGuards(store);
  await prepareAccounts(store);
  await prepareDurableRequests(store);
  await prepareMessages(store);
  await prepareSchedules(store);
  await prepareChallenges(store);
  await prepareData(store);
  await prepareUploads(store);
  await prepareDeliveries(store);
  await prepareScriptCache(store);
  await prepareLogLines(store);
}
