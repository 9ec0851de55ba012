import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { customAlphabet } from "nanoid";
import { accessOf, allows, parseKey, SocialRefused } from "../domains/social/index.ts";
import { RequestError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { StoreError } from "../store/errors.ts";
import { type Api, keyTextOf } from "./api.ts";
import { Budgets } from "./budgets.ts";
import { once, repeatable } from "./idempotency.ts";
import { parseBody, read } from "./input.ts";
import { ApiRefusal, type Problem, ProblemError } from "./problem.ts";
import type { AnyRoute, Input, Reply, RouteContext } from "./route.ts";

export interface ServeOptions {
  kernel: Kernel;
  /** Limits connections that have not shown a key. Returns 0, or after how many seconds to try again. */
  admit(request: FastifyRequest): number;
  isStopping(): boolean;
  /** Logs an unexpected error; returns its id. */
  onUnexpected(error: unknown): string;
}

/** `req_` and 26 characters, as clients of Layers check it. */
const newRequestId = customAlphabet("0123456789abcdefghjkmnpqrstvwxyz", 26);

/** Adds the routes of an API. Its own errors keep its envelope, those of unreadable requests included. */
export function addApi(http: FastifyInstance, api: Api, options: ServeOptions): void {
  const budgets = new Budgets(options.kernel.config);
  http.register(async (scope) => {
    scope.addHook("onRequest", async (request) => {
      requestIds.set(request, `req_${newRequestId()}`);
    });
    scope.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
      const { maxRequestBytes } = options.kernel.config;
      const problem: Problem =
        error.statusCode === 413
          ? { kind: "too large", maxBytes: maxRequestBytes }
          : error.statusCode !== undefined && error.statusCode < 500
            ? { kind: "malformed body", message: "The request cannot be read." }
            : problemOf(error, options);
      return refuse(api, problem, request, reply, undefined);
    });
    for (const prefix of api.prefixes) {
      for (const route of api.routes) {
        for (const { method, path } of [route, ...(route.aliases ?? [])]) {
          const url = `${prefix}${path}`;
          scope.route({
            method,
            url,
            exposeHeadRoute: false,
            handler: (request, reply) => serve(api, route, options, budgets, request, reply),
          });
        }
      }
    }
    for (const space of api.spaces)
      scope.all(`${space}/*`, (request, reply) => refuse(api, { kind: "no route" }, request, reply, undefined));
  });
}

const requestIds = new WeakMap<FastifyRequest, string>();

async function serve(
  api: Api,
  route: AnyRoute,
  options: ServeOptions,
  budgets: Budgets,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const { status = 200, headers = {}, body } = await answer(api, route, options, budgets, request, reply);
    return send(api, route, request, reply, { status, headers, body });
  } catch (error) {
    return refuse(api, problemOf(error, options), request, reply, route);
  }
}

/** The stages of a call, in order. */
async function answer(
  api: Api,
  route: AnyRoute,
  { kernel, admit, isStopping }: ServeOptions,
  budgets: Budgets,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Reply> {
  if (isStopping()) throw new ProblemError({ kind: "stopping" });
  const wait = admit(request);
  if (wait > 0) throw new ProblemError({ kind: "rate limited", retryAfterSeconds: wait });

  const text = keyTextOf(api, request.headers);
  const parsed = text === undefined ? undefined : parseKey(text);
  if (!parsed) throw new ProblemError({ kind: "unauthenticated" });
  const store = kernel.stores.opened(parsed.stage) ?? (await kernel.stores.open(parsed.stage));
  const access = await accessOf(store, parsed);
  if (!access) throw new ProblemError({ kind: "unauthenticated" });
  if (access.killed) throw new ProblemError({ kind: "killed", scope: access.killed });

  const budget = route.work === "read" ? "read" : "write";
  const retryAfterSeconds = budgets.take(parsed.id, budget);
  reply.header("x-ratelimit-limit", budgets.limitOf(budget));
  reply.header("x-ratelimit-remaining", budgets.left(parsed.id, budget));
  if (retryAfterSeconds > 0) throw new ProblemError({ kind: "rate limited", retryAfterSeconds });
  if (route.scope && !allows(access.key, route.scope)) {
    throw new ProblemError({ kind: "forbidden scope", scope: route.scope });
  }

  const input = readInput(api, route, kernel.config.maxRequestDepth, request);
  const requestId = requestIds.get(request)!;
  const context: RouteContext = {
    ...access,
    kernel,
    stage: parsed.stage,
    store,
    documents: store,
    by: { door: api.name, keyId: access.key._id, requestId },
    now: kernel.clock.now(),
    requestId,
    baseUrl: baseUrlOf(kernel, request),
    header(name) {
      const value = request.headers[name];
      return typeof value === "string" ? value : undefined;
    },
  };
  return perform(api, route, context, input, request);
}

async function perform(
  api: Api,
  route: AnyRoute,
  context: RouteContext,
  input: Input<AnyRoute["params"], AnyRoute["query"], AnyRoute["body"]>,
  { method, url, body }: FastifyRequest,
): Promise<Reply> {
  if (route.work !== "write") return route.handle(context, input);
  const key = api.idempotencyHeader === undefined ? undefined : context.header(api.idempotencyHeader);
  const path = url.split("?", 1)[0]!;
  const sent = { method, path, body: typeof body === "string" ? body : "" };
  const repeat = key === undefined ? undefined : repeatable(context.key._id, key, sent, context.now);
  return context.store.transaction((documents) => {
    const work = () => route.handle({ ...context, documents }, input);
    return repeat ? once(documents, repeat, work) : work();
  });
}

function readInput(api: Api, route: AnyRoute, maxDepth: number, request: FastifyRequest) {
  const text = typeof request.body === "string" ? request.body : "";
  const params = read(route.params, request.params, "path", { unknown: "ignore", convert: false });
  const query = read(route.query, request.query, "query", { unknown: "ignore", convert: true });
  const wantsBody = Object.keys(route.body["properties"] ?? {}).length > 0;
  if (!wantsBody) return { params, query, body: {} } as Input<AnyRoute["params"], AnyRoute["query"], AnyRoute["body"]>;
  const type = String(request.headers["content-type"] ?? "").toLowerCase();
  if (text !== "" && !/^application\/([\w.-]+\+)?json\b/.test(type))
    throw new ProblemError({ kind: "unsupported type" });
  const sent = text.trim() === "" ? {} : parseBody(text, maxDepth);
  const body = read(route.body, sent, "body", { unknown: api.unknownMembers, convert: false });
  return { params, query, body } as Input<AnyRoute["params"], AnyRoute["query"], AnyRoute["body"]>;
}

function problemOf(error: unknown, { onUnexpected }: ServeOptions): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof ApiRefusal) return { kind: "own", error };
  if (error instanceof SocialRefused) return { kind: "refused", error };
  if (error instanceof RequestError) return { kind: "guarded", error };
  if (error instanceof StoreError && error.retryable) return { kind: "busy" };
  return { kind: "failed", errorId: onUnexpected(error) };
}

function refuse(
  api: Api,
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
  route: AnyRoute | undefined,
): FastifyReply {
  const requestId = requestIds.get(request)!;
  const { status, headers = {}, body } = api.refuse(problem, { requestId, route });
  if (problem.kind === "rate limited") reply.header("retry-after", problem.retryAfterSeconds);
  return send(api, route, request, reply, { status, headers, body });
}

function send(
  api: Api,
  route: AnyRoute | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: Required<Reply>,
): FastifyReply {
  const requestId = requestIds.get(request)!;
  const all = {
    "x-request-id": requestId,
    "cache-control": "no-store",
    ...api.headers?.({ requestId, route }),
    ...headers,
  };
  return reply.code(status).headers(all).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

/** As the settings say, else as the client wrote it. */
export function baseUrlOf({ config }: Kernel, { headers, socket }: FastifyRequest): string {
  if (config.publicUrl !== "") return new URL(config.publicUrl.replace(/^ws/, "http")).origin;
  const host = headers.host ?? "";
  return /^[\w.:[\]-]+$/.test(host) ? `http://${host}` : `http://127.0.0.1:${socket.localPort}`;
}
