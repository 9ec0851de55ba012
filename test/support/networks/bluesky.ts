import type { NetworkAccount } from "../../../src/publishers/publisher.ts";
import { failuresOf } from "./failures.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/**
 * A server of AT Protocol with one account, ada.test: sessions by app password, records and blobs, as the lexicons of
 * com.atproto and app.bsky document them.
 */
export interface BlueskyStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  /** Replaces the account's DID document. */
  didDocument: unknown;
  records: Map<string, Record<string, unknown>>;
  /** Access tokens expire; refresh tokens stay valid. */
  expireAccess(): void;
}

export const DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
export const APP_PASSWORD = "abcd-efgh-ijkl-mnop";
const TID = /^[2-7a-j][2-7a-z]{12}$/;
const LIFE_MS = 7_200_000;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

interface Session {
  access: string;
  refresh: string;
  isExpired: boolean;
}

export async function startBluesky(now: () => number = Date.now): Promise<BlueskyStandIn> {
  const sessions = new Set<Session>();
  const records = new Map<string, Record<string, unknown>>();
  const blobs = new Set<string>();
  let count = 0;

  const methods: Record<string, (request: NetworkRequest) => NetworkAnswer> = {
    "com.atproto.server.createSession": ({ json }) =>
      ["ada.test", DID].includes(json.identifier) && json.password === APP_PASSWORD
        ? sessionBody(newSession())
        : xrpcError(401, "AuthenticationRequired", "Invalid identifier or password"),
    "com.atproto.server.refreshSession": (request) => {
      const session = byRefreshToken(request);
      if (!session) return xrpcError(400, "ExpiredToken", "Token has been revoked");
      sessions.delete(session);
      return sessionBody(newSession());
    },
    "com.atproto.server.deleteSession": (request) => {
      const session = byRefreshToken(request);
      if (!session) return xrpcError(400, "ExpiredToken", "Token has been revoked");
      sessions.delete(session);
      return {};
    },
    "app.bsky.actor.getProfile": (request) =>
      authorized(request) ?? {
        body: { did: DID, handle: "ada.test", displayName: "Ada", avatar: "https://cdn.example/ada.jpg" },
      },
    "com.atproto.repo.uploadBlob": (request) => {
      const refusal = authorized(request);
      if (refusal) return refusal;
      const link = `bafkrei${String(blobs.size).padStart(6, "0")}`;
      blobs.add(link);
      const mimeType = request.headers["content-type"];
      return { body: { blob: { $type: "blob", ref: { $link: link }, mimeType, size: request.body.length } } };
    },
    "com.atproto.repo.putRecord": (request) => {
      const refusal = authorized(request);
      if (refusal) return refusal;
      const { repo, collection, rkey, record, swapRecord } = request.json;
      if (repo !== DID || collection !== "app.bsky.feed.post" || !TID.test(rkey)) {
        return xrpcError(400, "InvalidRequest", "Invalid record key");
      }
      const problem = problemOf(record);
      if (problem) return xrpcError(400, "InvalidRequest", `Invalid app.bsky.feed.post record: Record/${problem}`);
      if (records.has(rkey) && swapRecord === null) return xrpcError(400, "InvalidSwap", "Record was at bafyrei");
      records.set(rkey, record);
      return { body: { uri: uriOf(rkey), cid: `bafyrei${rkey}`, validationStatus: "valid" } };
    },
    "com.atproto.repo.getRecord": ({ query }) => {
      const rkey = query.get("rkey") ?? "";
      const value = query.get("repo") === DID ? records.get(rkey) : undefined;
      if (!value) return xrpcError(400, "RecordNotFound", `Could not locate record: ${uriOf(rkey)}`);
      return { body: { uri: uriOf(rkey), cid: `bafyrei${rkey}`, value } };
    },
    "com.atproto.repo.deleteRecord": (request) => {
      const refusal = authorized(request);
      if (refusal) return refusal;
      return { body: records.delete(request.json.rkey) ? { commit: { cid: "bafyrei", rev: "3kabc" } } : {} };
    },
  };

  const server = await startNetworkServer((request) => {
    const method = request.path.replace("/xrpc/", "");
    const handler = methods[method];
    return handler ? handler(request) : xrpcError(501, "MethodNotImplemented", "Method Not Implemented");
  });
  const host = server.url.replace("127.0.0.1", "localhost");
  const standIn: BlueskyStandIn = {
    network: "bluesky",
    url: server.url,
    server,
    settings: { blueskyUrl: server.url },
    didDocument: {
      id: DID,
      service: [{ id: "#atproto_pds", type: "AtprotoPersonalDataServer", serviceEndpoint: host }],
    },
    records,
    expireAccess: () => {
      for (const session of sessions) session.isExpired = true;
    },
    connect(): NetworkAccount {
      const { access, refresh } = newSession();
      const credentials = { token: access, refreshToken: refresh, expiresAt: now() + LIFE_MS };
      return { id: DID, handle: "ada.test", facts: { pds: host }, credentials };
    },
    posts: () => [...records].map(([rkey, { text }]) => ({ id: uriOf(rkey), text: String(text) })),
    failNext: failuresOf(server, {
      publishes: ({ path }) => /(put|create)Record$/.test(path),
      error: xrpcError(500, "InternalServerError", "Internal Server Error"),
      rate: {
        ...xrpcError(429, "RateLimitExceeded", "Rate Limit Exceeded"),
        headers: { "ratelimit-limit": "5000", "ratelimit-reset": String(Math.floor(now() / 1000) + 60) },
      },
      endGrants: () => sessions.clear(),
    }),
    close: () => server.close(),
  };
  return standIn;

  function newSession(): Session {
    const jwt = (claims: object) =>
      ["eyJhbGciOiJIUzI1NiJ9", base64(JSON.stringify(claims)), base64(`s${++count}`)].join(".");
    const exp = Math.floor((now() + LIFE_MS) / 1000);
    const session = { access: jwt({ sub: DID, exp }), refresh: jwt({ sub: DID, jti: count }), isExpired: false };
    sessions.add(session);
    return session;
  }

  function sessionBody({ access, refresh }: Session): NetworkAnswer {
    const didDoc = standIn.didDocument;
    return { body: { did: DID, handle: "ada.test", accessJwt: access, refreshJwt: refresh, active: true, didDoc } };
  }

  /** The session of the request's access token, or the refusal. */
  function authorized({ headers }: NetworkRequest): NetworkAnswer | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    if (!token) return xrpcError(401, "AuthMissing", "Authentication Required");
    const session = [...sessions].find(({ access }) => access === token);
    if (!session) return xrpcError(400, "InvalidToken", `Token could not be verified: ${token}`);
    return session.isExpired ? xrpcError(400, "ExpiredToken", "Token has expired") : undefined;
  }

  function byRefreshToken({ headers }: NetworkRequest): Session | undefined {
    return [...sessions].find(({ refresh }) => headers.authorization === `Bearer ${refresh}`);
  }

  function problemOf(record: Record<string, unknown>): string | undefined {
    const { text, createdAt, embed } = record as { text: string; createdAt: string; embed?: { images?: unknown[] } };
    if (typeof text !== "string" || typeof createdAt !== "string") return "must have text and createdAt";
    if (Buffer.byteLength(text) > 3_000) return "text must not be longer than 3000 bytes";
    if ([...segmenter.segment(text)].length > 300) return "text must not be longer than 300 graphemes";
    if ((embed?.images?.length ?? 0) > 4) return "images must not have more than 4 elements";
    const used = [...JSON.stringify(record).matchAll(/"\$link":"(\w+)"/g)].map(([, link]) => link!);
    return used.every((link) => blobs.has(link)) ? undefined : "Could not find blob";
  }
}

function uriOf(rkey: string): string {
  return `at://${DID}/app.bsky.feed.post/${rkey}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64url");
}

export function xrpcError(status: number, error: string, message: string): NetworkAnswer {
  return { status, body: { error, message } };
}
