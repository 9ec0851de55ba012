import { type Static, type TObject, type TProperties, Type } from "@sinclair/typebox";
import { choice, form, secret, text, whole } from "./setting.ts";

const SOCKET_URL = form("a ws:// or wss:// URL", "wss?://[^\\s/]+\\S*");
const REDIS_URL = form("a redis:// or rediss:// URL", "rediss?://\\S+");
const MONGODB_URL = form("a mongodb:// or mongodb+srv:// URL", "mongodb(\\+srv)?://\\S+");
const NETWORKS = form(
  "IP addresses and networks separated by commas, such as 10.0.3.0/24,127.0.0.1",
  "[0-9A-Fa-f:.]+(/\\d{1,3})?(\\s*,\\s*[0-9A-Fa-f:.]+(/\\d{1,3})?)*",
);

/**
 * The settings of the server itself: name, default and description. Each domain declares its own in its folder, and
 * `settings-schema.ts` collects all. A setting with `secret: true` is never printed.
 */
export const serverSettings = {
  host: Type.String({
    description: "Address to listen on. Use 0.0.0.0 to accept connections from other machines.",
    default: "127.0.0.1",
    minLength: 1,
    wanted: "an address or host name of this machine",
  }),
  port: whole("Port for sockets and HTTP. 0 picks a free port.", 8080, 0, 65_535),
  game: text("Folder with the game's config.json and Cloud Code. Empty: the example game.", ""),
  data: text("Folder for the embedded store's files.", "./data"),
  mongodbUrl: Type.String({
    ...MONGODB_URL,
    description: "URL of the MongoDB replica set that stores the data. Empty: the embedded store.",
    secret: true,
  }),
  defaultStage: choice("Stage of connections whose host name and path do not name a stage.", ["preview", "live"]),
  publicUrl: Type.String({
    ...SOCKET_URL,
    description:
      "The ws:// or wss:// URL that clients connect to, if it differs from host and port, for example behind a proxy.",
  }),

  logLevel: choice("Lowest severity that is logged.", ["info", "trace", "debug", "warn", "error", "fatal", "silent"]),

  maxConnections: whole("Maximum number of open sockets; further connections are refused.", 20_000, 1),
  maxRequestBytes: whole(
    "Maximum size of a request. A larger request is answered with an error; one more than twice as large closes the socket.",
    262_144,
    1024,
  ),
  maxRequestDepth: whole("Maximum nesting depth of objects and arrays in a request.", 64, 4, 1000),
  maxResponseBytes: whole("Maximum size of a response. A larger response is replaced by an error.", 4_194_304, 1024),
  maxUnsentBytes: whole(
    "Maximum number of bytes buffered for a socket whose client reads too slowly; beyond it the socket is closed.",
    8_388_608,
    1024,
  ),
  maxInFlightPerSocket: whole(
    "Maximum number of requests of one socket processed at the same time; further requests are queued.",
    32,
    1,
  ),
  maxQueuedPerSocket: whole(
    "Maximum number of queued requests of one socket; a further request closes the socket.",
    1024,
    1,
  ),
  requestsPerSecond: whole(
    "Average number of requests per second that one socket may send; further requests are answered with an error.",
    100,
    1,
  ),
  requestBurst: whole("Number of requests that one socket may send in a burst above that average.", 200, 1),
  serverRequestsPerSecond: whole(
    "Requests per second, and burst size, of a credential that has no player. The limit applies per stage and covers all its sockets, REST calls and callbacks.",
    1_000,
    1,
  ),
  apiReadsPerMinute: whole("Reads per minute, and burst size, of one API key. Counted by each server.", 1_200, 1),
  apiWritesPerMinute: whole("Writes per minute, and burst size, of one API key. Counted by each server.", 600, 1),
  maxRateRefusals: whole("Number of rate-limited requests after which a socket is closed.", 1000, 1),
  handshakeTimeoutMs: whole("Time to complete the handshake; a socket that takes longer is closed.", 15_000, 100),
  idleTimeoutMs: whole(
    "Time without any data from the client, pongs included, after which a socket is closed.",
    180_000,
    1000,
  ),
  metricsToken: secret("Bearer token required by /metrics. Empty: anyone who can reach the port can read it."),
  adminNetworks: Type.String({
    ...NETWORKS,
    description: "Addresses and networks, besides this machine, that may call /admin/. Empty: none.",
  }),
  drainTimeoutMs: whole("How long a stopping server waits for requests in flight.", 10_000, 0),

  providerTimeoutMs: whole("Timeout of one call to an external system.", 5_000, 100),
  maxImportedFriends: whole("Maximum number of friends imported when an external account is connected.", 10_000, 0),
  durableRequestDays: whole(
    "Days to keep the outcome of a durable request so that a repeated request gets the same response.",
    30,
    1,
  ),

  scriptHosts: whole("Number of processes that run Cloud Code.", 1, 1, 64),
  scriptLanes: whole(
    "Scripts that each of these processes runs at the same time. Up to four more run for each nesting level of scripts that other scripts wait for.",
    16,
    1,
    256,
  ),
  scriptsPerPlayer: whole(
    "Maximum number of scripts of one player running at the same time, capped at half of all; further scripts are queued, and players take turns.",
    4,
    1,
  ),
  scriptTimeoutMs: whole("Wall-clock time limit of one script.", 5_000, 10),
  scriptCpuMs: whole("CPU time limit of one script; time spent waiting for the server does not count.", 2_500, 10),
  scriptCpuShare: whole(
    "Share of one core, in percent, that the scripts of one player may use; ten seconds' worth may be used in advance. Above it, the player's scripts run at low priority in a separate process, which is started on demand. 0: no such limit.",
    10,
    0,
    1_000,
  ),
  scriptMemoryMb: whole("Heap limit of one script host's sandbox.", 128, 16),
  scriptHostMemoryMb: whole(
    "Memory limit of a process that runs Cloud Code; a process above it is replaced. Raised if it is too low for one full sandbox.",
    1_024,
    256,
  ),
  scriptResultChars: whole(
    "Maximum number of characters of data that one script run may return, and the same again for its log.",
    1_048_576,
    1024,
    16_777_216,
  ),
  scriptsQueued: whole(
    "Maximum number of scripts waiting for a script host; a further script fails immediately.",
    1_000,
    1,
  ),
  scriptHotReload: choice("Whether changes to scripts in the game folder take effect immediately.", ["on", "off"]),
  scriptHostCalls: whole("Maximum number of server calls, such as reads of a collection, per script run.", 10_000, 0),
  redisUrl: Type.String({
    ...REDIS_URL,
    description: "URL of the Redis server for SparkRedis. Empty: none.",
    secret: true,
  }),
  redisTimeoutMs: whole("Timeout of one Redis command, and of the first connection.", 2_000, 10),
  scriptDocumentBytes: whole(
    "Maximum size, as JSON, of a document that a script may write to the embedded store; also limits the documents that an aggregation returns to a script.",
    1_048_576,
    1024,
    16_777_216,
  ),
  queryProcesses: whole(
    "Maximum number of processes per stage in which the embedded store evaluates expensive queries, updates and pipelines; started on demand.",
    2,
    1,
    64,
  ),
  queriesPerPlayer: whole(
    "Maximum number of these processes that one player may use at the same time; further work is queued, and players take turns.",
    1,
    1,
  ),
  queryTimeoutMs: whole(
    "Timeout of one query, update or pipeline in these processes, and of each query and write of a script on MongoDB.",
    2_500,
    10,
  ),
  queryMemoryMb: whole("Heap limit of each of these processes; an operation that needs more is refused.", 256, 32),
  scriptHttpCalls: whole("Maximum number of HTTP requests and mails that one script run may send.", 20, 0),
  scriptHttpTimeoutMs: whole("Timeout of one of these requests, response included.", 3_000, 10),
  scriptHttpRequestBytes: whole(
    "Maximum size of the body of one of these requests; a larger one is refused.",
    1_048_576,
    0,
    16_777_216,
  ),
  scriptHttpResponseBytes: whole(
    "Maximum size of the response to one of these requests; a larger one is an error.",
    1_048_576,
    0,
    16_777_216,
  ),
  scriptHttpPrivateNetworks: Type.String({
    ...NETWORKS,
    description: "Private addresses and networks that scripts may call. Empty: none.",
  }),
  sendGridUrl: Type.String({
    description: "Base URL for mails sent with Spark.sendGrid: SendGrid or a compatible service.",
    default: "https://api.sendgrid.com",
    pattern: "^https?://[^\\s?#]+$",
    wanted: "an http:// or https:// URL",
  }),
  scriptLogLines: whole("Maximum number of log lines kept per script run.", 1_000, 0),
  scriptLogChars: whole(
    "Maximum number of log characters kept per script run; the last line is kept whole.",
    65_536,
    0,
  ),

  drainReconnectUrl: Type.String({
    ...SOCKET_URL,
    description:
      "Socket URL that clients are redirected to when the server stops. Empty: clients reconnect on their own.",
  }),
};

export type Config = Static<TObject<typeof serverSettings>>;

/** A domain's own settings. `config` always contains them, although `Config` does not list them. */
export function settingsOf<P extends TProperties>(config: Config, _settings: P): Static<TObject<P>> {
  return config as object as Static<TObject<P>>;
}
