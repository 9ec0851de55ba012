/**
 * What the console's page and the server exchange. The page imports these types only, so this file imports nothing.
 * Every response but the event stream is JSON: `Reply<T>`, or `Refusal` with a status of 400 or above. Dates are ISO 8601.
 *
 * | route | role | body → data |
 * |---|---|---|
 * | `POST /console/api/session` | none | `SignIn` → `Session` |
 * | `GET /console/api/session` | read | → `Session` |
 * | `DELETE /console/api/session` | read | → `{signedOut: true}` |
 * | `GET /console/api/start` | read | → `Start` |
 * | `GET /console/api/catalogue` | read | → `Catalogue`, with an ETag |
 * | `POST /console/api/handshake` | support; admin for live | `HandshakeRequest` → `HandshakeReply` |
 * | `POST /console/api/op/<name>` | that of the operation | `OperationCall` → the operation's result |
 * | `GET /console/api/log?level=info` | support | an event stream of `LogLine`s |
 *
 * `<name>` has a slash for the space: `players search` is `/console/api/op/players/search`. Every request but GET needs
 * the header `x-rekindle-console: 1`.
 */
export type Stage = "preview" | "live";

/** Each role may do what those before it may. */
export type Role = "read" | "support" | "admin";

export interface Reply<T> {
  data: T;
}

export interface Refusal {
  error: {
    code: RefusalCode | (string & {});
    /** A sentence for people. */
    message: string;
    /** For `INVALID`: what is wrong with which argument. */
    issues?: { path: string; message: string }[];
    /** For `WAIT`. */
    retryAfterSeconds?: number;
    /** For `INTERNAL`: the log has it under this id. */
    errorId?: string;
  };
}

/**
 * `UNAUTHENTICATED` 401: sign in · `WRONG` 401: name, password or code · `CODE_REQUIRED` 401: send the code too · `WAIT` 429 ·
 * `ROLE` 403 · `ORIGIN`, `HOST`, `HEADER` 403 · `INVALID` 400, or 413 for a body that is too large · `NOT_FOUND` 404 ·
 * `REFUSED` 409 and the codes of guards · `BUSY`, `STORE`, `STOPPING` 503 · `UNREADABLE` 503: the second factor cannot be opened ·
 * `INTERNAL` 500
 */
export type RefusalCode =
  | "UNAUTHENTICATED"
  | "WRONG"
  | "CODE_REQUIRED"
  | "WAIT"
  | "ROLE"
  | "ORIGIN"
  | "HOST"
  | "HEADER"
  | "INVALID"
  | "NOT_FOUND"
  | "REFUSED"
  | "BUSY"
  | "STORE"
  | "STOPPING"
  | "UNREADABLE"
  | "INTERNAL";

export interface SignIn {
  name: string;
  password: string;
  /** Six digits. Only for an admin that has a second factor. */
  code?: string;
}

export interface Session {
  name: string;
  role: Role;
  /** Ends at this time in any case, and earlier without requests. */
  expires: string;
  idleMinutes: number;
}

export interface Start {
  game: { name: string; apiKey: string; isExample: boolean };
  version: string;
  stages: Stage[];
  defaultStage: Stage;
  session: Session;
  /** Those that a page can connect with. Secrets stay on the server; see `HandshakeRequest`. */
  credentials: CredentialSummary[];
  health: Health;
  /** The operations that this admin may call. */
  operations: OperationSummary[];
}

export interface CredentialSummary {
  name: string;
  type: string;
  /** Path of its socket: `/preview/ws/device/APIKEY`, without the stage. */
  path: string;
  canHavePlayer: boolean;
  canListen: boolean;
  canCallback: boolean;
}

export interface OperationSummary {
  name: string;
  summary: string;
  role: Role;
  work: "read" | "write" | "trial";
  /** JSON Schema of the arguments. */
  arguments: JsonSchema;
}

export interface OperationCall {
  /** The default stage if absent. */
  stage?: Stage;
  arguments?: Record<string, unknown>;
}

export interface HandshakeRequest {
  stage: Stage;
  /** Name of a credential. */
  credential: string;
  /** As the socket sent it. */
  nonce: string;
}

export interface HandshakeReply {
  /** For AuthenticatedConnectRequest. */
  hmac: string;
}

export interface Health {
  status: "ok" | "opening" | "unavailable" | "damaged" | "stopping";
  stores: Partial<Record<Stage, string>>;
  sockets: number;
  scriptProblems: number;
  uptimeSeconds: number;
}

/** JSON Schema as TypeBox writes it; members have a `description`. */
export interface JsonSchema {
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  const?: unknown;
  default?: unknown;
  [keyword: string]: unknown;
}

export interface Catalogue {
  requests: CatalogueRequest[];
  events: CatalogueEvent[];
  messages: CatalogueMessage[];
  /** What any request can be refused with. */
  errors: CatalogueError[];
}

export interface CatalogueRequest {
  /** Without the dot. */
  name: string;
  responseName: string;
  category: string;
  description: string;
  caller: "anyone" | "player";
  fields: JsonSchema;
  response: JsonSchema;
  errors: CatalogueError[];
  examples: { title: string; request: Record<string, unknown>; response: Record<string, unknown> }[];
  /** Whether the game has a script for it or for its response. */
  scripts: string[];
}

export interface CatalogueError {
  key: string;
  value: string;
  meaning: string;
  cure: string;
  /** The key is this field of the request. */
  field?: string;
}

export interface CatalogueEvent {
  shortCode: string;
  name: string;
  attributes: {
    shortCode: string;
    type: "number" | "string" | "json";
    aggregation: string;
    /** An attribute without a default value must be sent. */
    isRequired: boolean;
    /** As the configuration has it. */
    defaultValue?: string;
  }[];
  /** Whether the game has a script for it. */
  hasScript: boolean;
}

export interface CatalogueMessage {
  name: string;
  description: string;
  fields: JsonSchema;
  example: Record<string, unknown>;
}

/** Data of each event of `GET /console/api/log`, and the rows of `log tail`. */
export interface LogLine {
  /** Increases by 1. A gap means that lines were dropped. */
  number: number;
  at: string;
  level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  message: string;
  /** The other members of the line. */
  fields: Record<string, unknown>;
}

/**
 * Operations and their results. `limit` is 1 to 200, 50 by default. Rows are newest first unless they have another order.
 *
 * | operation | role | arguments |
 * |---|---|---|
 * | `players search` | read | `text`, `limit?` |
 * | `players show` | read | `id` |
 * | `players disconnect-preview` | support | `id`, `system` |
 * | `players disconnect` | support; admin with `force` | `id`, `system`, `force?: "yes"` |
 * | `players password` | support | `id`, `password` |
 * | `players sign-out` | support | `id` |
 * | `players delete` | admin | `id`, `name` |
 * | `players export` | admin | `id` |
 * | `collections list` | read | |
 * | `collections find` | support | `collection`, `filter?`, `sort?`, `fields?` (JSON text each), `skip?`, `limit?` |
 * | `collections indexes` | read | `collection` |
 * | `audit` | support | `player?`, `action?`, `organization?`, `key?`, `limit?` |
 * | `jobs list` | read | |
 * | `metrics show` | read | |
 * | `log tail` | support | `level?`, `after?` (number), `limit?` |
 * | `configuration show` | read | |
 * | `scripts list`, `scripts read` | read | `script` (`event/LAP`) |
 * | `scripts save` | admin | `script`, `text`, `before?` (the `hash` that was read; absent for a new script) |
 * | `accounts list` | read | `player?`, `status?`, `limit?` |
 * | `posts list` | read | `player?`, `status?`, `limit?` |
 * | `keys list` and the other operations of `rekindle --help` | read to list, admin to change | |
 * | `admins list`, `create`, `remove`, `password`, `code` | admin | `name`, `role` |
 */
export interface PlayerRow {
  id: string;
  userName: string;
  displayName?: string;
  externalIds: Record<string, string>;
  created: string;
  lastSeen: string;
  online: boolean;
  /** What matched. */
  by: "id" | "userName" | "displayName" | "externalId";
}

/** `players show`. Lists have at most 200 entries; `…Count` is exact up to 10000. */
export interface PlayerPage {
  player: {
    id: string;
    userName: string;
    /** The userName was generated, from this system or "DEVICE". */
    userNameSource?: string;
    displayName?: string;
    /** What dangerous operations ask for. */
    confirmBy: string;
    language?: string;
    created: string;
    lastSeen: string;
    segments: Record<string, string>;
    location?: Record<string, unknown>;
    hiddenOnLeaderboards: boolean;
    hasPassword: boolean;
    lockedUntil?: string;
    devices: { os: string; active: boolean }[];
    /** Valid authTokens. */
    authTokens: number;
    scriptData: Record<string, unknown>;
    privateData: Record<string, unknown>;
  };
  links: PlayerLink[];
  friends: { id: string; userName: string; displayName?: string; via: string[] }[];
  friendCount: number;
  /** Sockets of this process. */
  sessions: { online: boolean; sockets: number };
  messages: { id: string; class: string; when: string; seen: boolean; status?: string; message: unknown }[];
  messageCount: number;
  currencies: { code: string; name: string; balance: number; reserved: number }[];
  goods: { code: string; name: string; count: number }[];
  achievements: string[];
  audit: AuditRow[];
}

export interface PlayerLink {
  system: string;
  externalId: string;
  connectedAt: string;
  /** Whether a token is stored, never the token. */
  token: "stored" | "none";
  tokenExpires?: string;
  status?: string;
  handle?: string;
  displayName?: string;
}

export interface DisconnectPreview {
  system: string;
  externalId: string;
  /** Present if it would be refused without `force`. */
  refused?: { key: string; value: string; meaning: string; cure: string };
  friendsLost: number;
  /** The first 50. */
  friendsLostSample: { id: string; userName: string; displayName?: string }[];
  /** Friendships through this system that remain by another source. */
  friendsKept: number;
  /** Waiting posts that would be canceled. */
  postsCanceled: number;
  /** What remains to log in with: "password", "device", or systems. */
  waysLeft: string[];
}

export interface AuditRow {
  at: string;
  action: string;
  door: string;
  player?: string;
  subject?: string;
  byPlayer?: string;
  keyId?: string;
  admin?: string;
  adminRole?: Role;
  requestId?: string;
  organizationId?: string;
  projectId?: string;
  data: Record<string, unknown>;
  id: string;
}

export interface CollectionRow {
  /** "script.NAME", "meta.NAME", "player" or "challengeInstance". */
  name: string;
  kind: "runtime" | "metadata" | "system";
  indexes: number;
}

/** Extended JSON: `{"$oid": "…"}` and `{"$date": milliseconds}`. */
export interface FoundDocuments {
  documents: Record<string, unknown>[];
  hasMore: boolean;
}

export interface JobsRow {
  kind: string;
  collection: string;
  /** Counted up to 10000. */
  waiting: number;
  due: number;
  claimed: number;
  /** The due time of the oldest. */
  oldest?: string;
  /** Attempts of the job with the most. */
  attempts?: number;
}

/** Counters since the server's start, for plots of differences between two snapshots. */
export interface MetricsSnapshot {
  at: string;
  health: Health;
  sockets: number;
  closed: Record<string, number>;
  unexpected: Record<string, number>;
  /** Upper bounds in seconds of the counts in each `TimingFigures`; the last count is for anything above. */
  bounds: number[];
  requests: Record<string, { ok: number; refused: number; failed: number; time: TimingFigures }>;
  scripts: Record<string, { outcomes: Record<string, number>; time: TimingFigures }>;
  calls: Record<string, { outcomes: Record<string, number>; time: TimingFigures }>;
  store: Record<string, TimingFigures>;
  hosts?: { hosts: number; memoryMb: number; running: number; waiting: number; cpuSeconds: number };
  process: {
    memoryBytes: number;
    heapBytes: number;
    cpuSeconds: number;
    /** Of the event loop since the last snapshot, in milliseconds. */
    delayP50Ms: number;
    delayP99Ms: number;
  };
}

export interface TimingFigures {
  counts: number[];
  /** In seconds. */
  sum: number;
}

export interface Configuration {
  name: string;
  apiKey: string;
  folder: string;
  events: CatalogueEvent[];
  credentials: (CredentialSummary & { restPolicy: string; hasSecret: boolean })[];
  /** Texts are "set", except public ids; URLs are shortened to their origin. */
  integrations: Record<string, unknown>;
  messages: {
    name: string;
    expireAfterHours?: number;
    sendViaSocket: boolean;
    sendAsPush: boolean;
    title?: string;
    subTitle?: string;
    summary?: string;
  }[];
  problems: string[];
}

export interface ScriptRow {
  /** `event/LAP`. */
  script: string;
  kind: string;
  name: string;
  /** Path inside the game folder. */
  file: string;
  bytes: number;
  /** A new text can be saved. */
  canSave: boolean;
  problem?: { message: string; line?: number; column?: number };
}

export interface ScriptText extends ScriptRow {
  text: string;
  /** SHA-256 in hex of the text. */
  hash: string;
}

export interface SavedScript {
  script: string;
  file: string;
  hash: string;
  /** False if the setting scriptHotReload is off: the server must be restarted. */
  isLive: boolean;
}

export interface AccountRow {
  id: string;
  platform: string;
  status: string;
  player?: string;
  profileId: string;
  externalId: string;
  handle?: string;
  displayName?: string;
  connectedAt: string;
  disconnectedAt?: string;
  disconnectedReason?: string;
}

export interface PostRow {
  id: string;
  api: string;
  status: string;
  text: string;
  scheduledFor: string;
  profileId: string;
  targets: { network: string; accountId: string; status: string; externalUrl?: string; error?: string }[];
}

export interface AdminRow {
  name: string;
  role: Role;
  createdAt: string;
  lastSignIn?: string;
  secondFactor: boolean;
}
