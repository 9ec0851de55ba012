import { randomBytes } from "node:crypto";
import { type ContainerStore, containerStore } from "./containers.ts";
import { failuresOf } from "./failures.ts";
import { graphError, invalidToken, notFound } from "./meta.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** A stand-in for the Threads API. */
export interface ThreadsStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  readonly store: ContainerStore;
  issueCode(redirectUri: string): string;
  isPublish(request: NetworkRequest): boolean;
}

const VERSION = "/v1.0";
export const THREADS_ACCOUNT = "25000000000000001";
export const THREADS_APP = { clientId: "55501", clientSecret: "threads-app-secret-77" };
const TOKEN_S = 60 * 86_400;

export async function startThreads(now: () => number = Date.now): Promise<ThreadsStandIn> {
  const store = containerStore("text", now);
  const tokens = new Map<string, number>();
  const codes = new Map<string, string>();
  const random = (prefix: string) => `${prefix}${randomBytes(24).toString("hex")}`;
  const permalink = (id: string) => `https://www.threads.net/@game/post/${id}`;
  const isAlive = (token: string) => (tokens.get(token) ?? 0) > now();

  function issue(seconds = TOKEN_S): string {
    const token = random("THAA");
    tokens.set(token, now() + seconds * 1000);
    return token;
  }

  const server = await startNetworkServer((request) => {
    if (request.path === "/oauth/access_token") return exchange(request.form);
    if (request.path === "/access_token" || request.path === "/refresh_access_token") return extend(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!isAlive(token)) return invalidToken(token);
    const [, node = "", edge] = request.path.slice(VERSION.length).split("/").map(decodeURIComponent);
    if (node === "me") return { body: { id: THREADS_ACCOUNT, username: "game", name: "The Game" } };
    if (node === THREADS_ACCOUNT) return answerUser(request, edge);
    return answerNode(request, node);
  });

  function exchange(form: URLSearchParams): NetworkAnswer {
    if (form.get("client_secret") !== THREADS_APP.clientSecret) {
      return graphError(1, { message: "Error validating client secret." });
    }
    const code = form.get("code") ?? "";
    if (codes.get(code) !== form.get("redirect_uri")) {
      return graphError(100, { message: `Invalid verification code ${code}` });
    }
    codes.delete(code);
    // A number too large to be exact, as Threads sends it.
    return { body: Buffer.from(`{"access_token":"${issue(3600)}","user_id":${THREADS_ACCOUNT}}`) };
  }

  function extend({ path, query }: NetworkRequest): NetworkAnswer {
    const token = query.get("access_token") ?? "";
    const isRefresh = path === "/refresh_access_token";
    if (query.get("grant_type") !== (isRefresh ? "th_refresh_token" : "th_exchange_token")) return graphError(100);
    if (!isRefresh && query.get("client_secret") !== THREADS_APP.clientSecret) return graphError(1);
    if (!isAlive(token)) return invalidToken(token);
    return { body: { access_token: issue(), token_type: "bearer", expires_in: TOKEN_S } };
  }

  function answerUser({ method, form }: NetworkRequest, edge: string | undefined): NetworkAnswer {
    if (edge === "threads_publish") return store.publish(form.get("creation_id") ?? "");
    if (edge !== "threads") return notFound();
    if (method === "GET") return store.list(permalink);
    if ([...(form.get("text") ?? "")].length > 500)
      return graphError(100, { message: "Param text must be at most 500 characters" });
    return store.create(form);
  }

  function answerNode({ method }: NetworkRequest, node: string): NetworkAnswer {
    const index = store.posts.findIndex(({ id }) => id === node);
    if (method === "DELETE") {
      if (index < 0) return notFound();
      store.posts.splice(index, 1);
      return { body: { success: true, deleted_id: node } };
    }
    if (index >= 0) return { body: { id: node, permalink: permalink(node) } };
    const container = store.look(node);
    if (!container) return notFound();
    const { id, state, reason } = container;
    return { body: { id, status: state, ...(reason && { error_message: reason }) } };
  }

  const isPublish = ({ path }: NetworkRequest) => path.endsWith("/threads_publish");

  return {
    network: "threads",
    url: server.url,
    server,
    store,
    isPublish,
    issueCode(redirectUri) {
      const code = random("AQB");
      codes.set(code, redirectUri);
      return code;
    },
    settings: {
      threadsUrl: `${server.url}${VERSION}`,
      threadsTokenUrl: server.url,
      threadsAuthorizeUrl: `${server.url}/oauth/authorize`,
      threadsClientId: THREADS_APP.clientId,
      threadsClientSecret: THREADS_APP.clientSecret,
    },
    connect() {
      const token = issue();
      return { id: THREADS_ACCOUNT, handle: "game", credentials: { token, expiresAt: tokens.get(token)! } };
    },
    posts: () => store.posts.map(({ id, text }) => ({ id, text })),
    failNext: failuresOf(server, {
      publishes: isPublish,
      error: graphError(2, { message: "Service unavailable", status: 500 }),
      rate: graphError(4, { message: "Application request limit reached" }),
      endGrants: () => tokens.clear(),
    }),
    close: () => server.close(),
  };
}
