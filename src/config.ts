import { type Static, type TObject, type TProperties, Type } from "@sinclair/typebox";
import { choice, form, secret, text, whole } from "./setting.ts";

const SOCKET_URL = form("a ws:// or wss:// URL", "wss?://[^\\s/]+\\S*");
const REDIS_URL = form("a redis:// or rediss:// URL", "rediss?://\\S+");
const MONGODB_URL = form("a mongodb:// or mongodb+srv:// URL", "mongodb(\\+srv)?://\\S+");
const NETWORKS = form(
  "addresses and networks with commas between them, such as 10.0.3.0/24,127.0.0.1",
  "[0-9A-Fa-f:.]+(/\\d{1,3})?(\\s*,\\s*[0-9A-Fa-f:.]+(/\\d{1,3})?)*",
);

/**
 * The settings of the server itself: name, default and a sentence of usage. Those of domains are in their folders, and
 * `settings-schema.ts` has them all. `settings.ts` reads them from the command
 * line (`--log-level`), the environment (`REKINDLE_LOG_LEVEL`) and a file, in that order of precedence. The value of one
 * with `secret: true` is never printed.
 */
export const serverSettings = {
  host: Type.String({
    description: "The address to listen on; 0.0.0.0 lets other machines connect.",
    default: "127.0.0.1",
    minLength: 1,
    wanted: "an address or name of this machine",
  }),
  port: whole("The port for sockets and HTTP; 0 takes a free one.", 8080, 0, 65_535),
  game: text("The folder of the game: its config.json and Cloud Code. Empty: the example game.", ""),
  data: text("The folder where the embedded store keeps its files.", "./data"),
  mongodbUrl: Type.String({
    ...MONGODB_URL,
    description: "The MongoDB replica set to keep data in; empty: the embedded store.",
    secret: true,
  }),
  defaultStage: choice("The stage of a connection whose host name and path name none.", ["preview", "live"]),
  publicUrl: Type.String({
    ...SOCKET_URL,
    description: "The ws:// or wss:// address that clients reach this server by, where it is not host and port.",
  }),

  logLevel: choice("The least severe log line that is written.", [
    "info",
    "trace",
    "debug",
    "warn",
    "error",
    "fatal",
    "silent",
  ]),

  maxConnections: whole("Sockets beyond this many are refused.", 20_000, 1),
  maxRequestBytes: whole(
    "A larger request is answered with an error, twice as large closes the socket.",
    262_144,
    1024,
  ),
  maxRequestDepth: whole("Objects and arrays in a request may be nested this deep.", 64, 4, 1000),
  maxResponseBytes: whole("A larger response becomes an error.", 4_194_304, 1024),
  maxUnsentBytes: whole("A socket whose reader is this far behind is closed.", 8_388_608, 1024),
  maxInFlightPerSocket: whole("Requests of one socket being worked on at once; further ones wait.", 32, 1),
  maxQueuedPerSocket: whole("Requests of one socket waiting; a further one closes the socket.", 1024, 1),
  requestsPerSecond: whole(
    "Requests of one socket a second, on average; further ones are answered with an error.",
    100,
    1,
  ),
  requestBurst: whole("Requests of one socket that may come at once beyond that average.", 200, 1),
  serverRequestsPerSecond: whole(
    "Requests a second, on average, and at once, of a credential without a player of its own: on one stage, over all its sockets, REST and callbacks together.",
    1_000,
    1,
  ),
  maxRateRefusals: whole("A socket that had this many requests refused for their rate is closed.", 1000, 1),
  handshakeTimeoutMs: whole("A socket that has not finished its handshake by then is closed.", 15_000, 100),
  idleTimeoutMs: whole(
    "A socket from which nothing came, not even a ping's answer, for this long is closed.",
    180_000,
    1000,
  ),
  metricsToken: secret("What /metrics wants as a bearer token; empty: whoever reaches the port may read it."),
  drainTimeoutMs: whole("How long a stop waits for requests in flight.", 10_000, 0),

  providerTimeoutMs: whole("How long one call to Facebook, Amazon or Apple may take.", 5_000, 100),
  maxImportedFriends: whole("Friends read from an external account at connect.", 10_000, 0),
  durableRequestDays: whole("How long the outcome of a durable request is kept for a repeat of it.", 30, 1),

  scriptHosts: whole("Processes that run Cloud Code.", 1, 1, 64),
  scriptLanes: whole(
    "Scripts that one of these runs at once; and up to four of each depth of scripts that others wait for.",
    16,
    1,
    256,
  ),
  scriptsPerPlayer: whole(
    "Scripts of one player at once, never more than half of all; further ones wait while others take turns.",
    4,
    1,
  ),
  scriptTimeoutMs: whole("Wall clock of one script.", 5_000, 10),
  scriptCpuMs: whole("How long one script may compute; what it waits for the server is not counted.", 2_500, 10),
  scriptCpuShare: whole(
    "Percent of one core that the scripts of one player may take, with ten seconds' worth in advance. Those of a player beyond it run where nobody else wants the processor, in a process of their own, which is started then; 0: no player's do.",
    10,
    0,
    1_000,
  ),
  scriptMemoryMb: whole("Heap of one script host's sandbox.", 128, 16),
  scriptHostMemoryMb: whole(
    "A process that runs Cloud Code and takes more memory than this is replaced; always enough for one full sandbox.",
    1_024,
    256,
  ),
  scriptResultChars: whole(
    "Characters of data that one script run may leave, and as many of log.",
    1_048_576,
    1024,
    16_777_216,
  ),
  scriptsQueued: whole("Scripts waiting for a host; a further one fails at once.", 1_000, 1),
  scriptHotReload: choice("Whether a change of a script in the game's folder takes effect at once.", ["on", "off"]),
  scriptHostCalls: whole(
    "Calls to the server, such as reads of a collection, that one script run may make.",
    10_000,
    0,
  ),
  redisUrl: Type.String({
    ...REDIS_URL,
    description: "The Redis server that scripts reach by SparkRedis; empty: none.",
    secret: true,
  }),
  redisTimeoutMs: whole("How long one command to Redis may take, and the first connection.", 2_000, 10),
  scriptDocumentBytes: whole(
    "A larger document, as JSON, is not written to the embedded store for a script, and none by an aggregation to one.",
    1_048_576,
    1024,
    16_777_216,
  ),
  queryProcesses: whole(
    "Processes in which the embedded store evaluates queries, updates and pipelines that are not plainly little work, of each stage; started when they are needed.",
    2,
    1,
    64,
  ),
  queriesPerPlayer: whole(
    "Of these, how many are one player's at once; further ones wait while others take turns.",
    1,
    1,
  ),
  queryTimeoutMs: whole(
    "How long one of these may take, and each query and write of a script at MongoDB; it is refused then.",
    2_500,
    10,
  ),
  queryMemoryMb: whole("Heap of one of these processes; what needs more is refused.", 256, 32),
  scriptHttpCalls: whole("HTTP requests and mails that one script run may send.", 20, 0),
  scriptHttpTimeoutMs: whole("How long one of these may take, with its answer.", 3_000, 10),
  scriptHttpRequestBytes: whole("A larger body of one is refused.", 1_048_576, 0, 16_777_216),
  scriptHttpResponseBytes: whole("A larger answer to one is an error.", 1_048_576, 0, 16_777_216),
  scriptHttpPrivateNetworks: Type.String({
    ...NETWORKS,
    description: "Addresses that are not of the internet and that scripts may call all the same; empty: none.",
  }),
  sendGridUrl: Type.String({
    description: "Where mails of Spark.sendGrid go: SendGrid, or what answers as it does.",
    default: "https://api.sendgrid.com",
    pattern: "^https?://[^\\s?#]+$",
    wanted: "an http:// or https:// URL",
  }),
  scriptLogLines: whole("Log lines kept of one script run.", 1_000, 0),
  scriptLogChars: whole("Characters of log kept of one script run, to the end of a line.", 65_536, 0),

  drainReconnectUrl: Type.String({
    ...SOCKET_URL,
    description: "The socket URL that clients are sent to when the server stops; empty: they find it again.",
  }),
};

export type Config = Static<TObject<typeof serverSettings>>;

/** The values of a domain's own settings, which are among the server's whatever the type of `config` says. */
export function settingsOf<P extends TProperties>(config: Config, _settings: P): Static<TObject<P>> {
  return config as object as Static<TObject<P>>;
}
