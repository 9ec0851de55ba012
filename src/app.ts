import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Credential, STAGES, type Stage } from "./game/game.ts";
import type { PlayerId } from "./ids.ts";
import type { DomainService } from "./kernel/domain.ts";
import { requireNetworks } from "./outgoing/settings.ts";
import type { Services } from "./server/call.ts";
import type { Hub } from "./server/connection.ts";
import type { Dispatch } from "./server/dispatcher.ts";
import type { ResponseFrame } from "./server/frames.ts";
import { createHttpRoutes, type HttpRoutes } from "./server/http.ts";
import { LocalClient } from "./server/local-client.ts";
import { Outbox } from "./server/outbox.ts";
import { Rates } from "./server/rate.ts";
import { SessionIds } from "./server/session-ids.ts";
import { Sockets } from "./server/sockets.ts";
import { Ticker } from "./server/ticker.ts";
import { noteUnexpected } from "./server/unexpected.ts";
import { type AppOptions, createServices } from "./services.ts";
import { waitForAll } from "./wait-for-all.ts";

export interface App {
  readonly port: number;
  /** `ws://host:port`, without a path. */
  readonly url: string;
  readonly httpUrl: string;
  readonly services: Services;
  /** What calls to `/admin/` must show. Made at each start. */
  readonly adminToken: string;
  domains(): DomainService[];
  /** Starts work that is due. The server calls this about once a second. */
  poll(): Promise<void>;
  readonly dispatch: Dispatch;
  /** Sends a frame to every socket of the player in this process. Returns the number of sockets. */
  send(player: PlayerId, frame: ResponseFrame): number;
  /** An unauthenticated client in this process. It uses neither a socket nor the credential's secret. */
  localClient(stage: Stage, credential: Credential): LocalClient;
  /** Drains requests for up to `drainTimeoutMs`, asks clients to reconnect and closes the databases. Idempotent. */
  close(): Promise<void>;
}

const VERSION = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
  .version;
/** Closes slow clients: time to send the headers, and the whole HTTP request. */
const HTTP_TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };
/** The databases and the HTTP routes are loaded after this long even if no client needs them yet. */
const PRELOAD_MS = 1_000;
const IDLE_CHECK_MS = 25;
/** Minimum time for delivering messages during a stop, even if requests used up `drainTimeoutMs`. */
const STOP_MESSAGES_MS = 1_000;
/** Time for other processes to receive work that was cut off when the script hosts ended. */
const STOP_SCRIPTS_MS = 5_000;
/** Plain HTTP connections allowed in addition to `maxConnections` sockets. */
const SPARE_CONNECTIONS = 1_000;

/** Starts a server on one port for sockets and HTTP. Databases and rarely needed code are loaded after it listens. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, game } = options;
  requireNetworks("adminNetworks", config.adminNetworks);
  const parts = await createServices(options);
  const { services, dispatch, sessions } = parts;
  const { log, stores, jobs } = services;
  const hub: Hub = {
    services,
    dispatch,
    sessions,
    sessionIds: new SessionIds(game),
    outbox: new Outbox(),
    rates: new Rates(config),
    handshaking: new Set(),
    stopping: false,
    farewell: undefined,
  };
  const sockets = new Sockets(hub);

  const adminToken = randomBytes(32).toString("base64url");
  const stopping = () => hub.stopping;
  let loading: Promise<HttpRoutes> | undefined;
  const routes = () => {
    loading ??= createHttpRoutes(services, dispatch, hub.rates, { version: VERSION, adminToken, stopping });
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
      // A stage of another opener is opened on first use. The stores log a failed opening and retry it.
      const isWanted = stage === config.defaultStage || !options.openStore;
      if (isWanted && stores.mayExist(stage)) stores.open(stage).catch(() => undefined);
    }
  }, PRELOAD_MS).unref();

  const poll = () =>
    waitForAll([jobs.poll(), ...parts.domains().map((domain) => domain.poll?.() ?? Promise.resolve())]);
  const ticker =
    options.ticks === false ? undefined : new Ticker(poll, (err) => log.error({ err }, "polling for due work failed"));

  const stopDomains = async (timeoutMs: () => number) => {
    const running = parts.domains();
    await Promise.all([jobs.close(timeoutMs()), ...running.map((domain) => domain.drain?.(timeoutMs()))]);
    for (const domain of running.reverse()) await domain.close?.(timeoutMs());
  };
  const stop = async () => {
    clearTimeout(preload);
    hub.stopping = true;
    const startedAt = performance.now();
    const left = () => Math.max(0, config.drainTimeoutMs - (performance.now() - startedAt));
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    // A keep-alive connection becomes idle after its last response. Node emits no event for that, so poll.
    const idle = setInterval(() => http.closeIdleConnections(), IDLE_CHECK_MS);
    await sockets.drain(config.drainReconnectUrl, config.drainTimeoutMs);
    const late = setTimeout(() => http.closeAllConnections(), left());
    await closed;
    clearTimeout(late);
    clearInterval(idle);
    await loading?.then((r) => r.close()).catch(() => {});
    await ticker?.stop();
    await stopDomains(() => Math.max(STOP_MESSAGES_MS, left()));
    await services.cloudCode.close();
    // Hands over work that was cut off when the script hosts ended.
    await stopDomains(() => STOP_SCRIPTS_MS);
    services.redis?.close();
    await stores.close();
  };
  let stopped: Promise<void> | undefined;

  const { port } = http.address() as AddressInfo;
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return {
    port,
    url: `ws://${host}:${port}`,
    httpUrl: `http://${host}:${port}`,
    services,
    adminToken,
    domains: parts.domains,
    poll,
    dispatch,
    send: (player, frame) => hub.sessions.send(player, frame),
    localClient: (stage, credential) => new LocalClient(hub, stage, credential),
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}
