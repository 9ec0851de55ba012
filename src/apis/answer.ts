import type { FastifyReply, FastifyRequest } from "fastify";
import { accessOf, allows, parseKey } from "../domains/social/index.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Api, headerOf, keyTextOf } from "./api.ts";
import type { Budgets } from "./budgets.ts";
import { once, repeatable } from "./idempotency.ts";
import { parseBody, read } from "./input.ts";
import { ProblemError } from "./problem.ts";
import type { AnyRoute, Input, Reply, RouteContext } from "./route.ts";

export interface ServeOptions {
  kernel: Kernel;
  /** Limits what a connection may send without a key, or with a wrong one. */
  connectionRate(request: FastifyRequest): { admits(): boolean; refund(): void };
  budgets: Budgets;
  isStopping(): boolean;
  /** Logs an unexpected error; returns its id. */
  onUnexpected(error: unknown): string;
}

type AnyInput = Input<AnyRoute["params"], AnyRoute["query"], AnyRoute["body"]>;

/** The stages of a call, in order. @throws ProblemError, and what the handler throws */
export async function answer(
  api: Api,
  route: AnyRoute,
  { kernel, connectionRate, budgets, isStopping }: ServeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  requestId: string,
): Promise<Reply> {
  if (isStopping()) throw new ProblemError({ kind: "stopping" });
  const rate = connectionRate(request);
  if (!rate.admits()) throw new ProblemError({ kind: "rate limited", retryAfterSeconds: 1 });

  const text = keyTextOf(api, request.raw);
  const parsed = text === undefined ? undefined : parseKey(text);
  if (!parsed) throw new ProblemError({ kind: "unauthenticated" });
  const store = await kernel.stores.openExisting(parsed.stage);
  const access = store && (await accessOf(store, parsed));
  if (!store || !access) throw new ProblemError({ kind: "unauthenticated" });
  // From here on the key's budget counts. A back office sends all its calls over a few connections.
  rate.refund();

  const budget = route.work === "read" ? "read" : "write";
  const retryAfterSeconds = budgets.take(parsed.id, budget);
  const [limit, left] = [budgets.limitOf(budget), budgets.left(parsed.id, budget)];
  reply.headers({ "x-ratelimit-limit": limit, "x-ratelimit-remaining": left, ...api.rateHeaders?.(limit, left) });
  if (retryAfterSeconds > 0) throw new ProblemError({ kind: "rate limited", retryAfterSeconds });
  if (access.killed) throw new ProblemError({ kind: "killed", scope: access.killed });
  if (route.scope && !allows(access.key, route.scope)) {
    throw new ProblemError({ kind: "forbidden scope", scope: route.scope });
  }

  const input = readInput(api, route, kernel.config.maxRequestDepth, request);
  const own: RouteContext = {
    ...access,
    kernel,
    stage: parsed.stage,
    store,
    documents: store,
    by: { door: api.name, keyId: access.key._id, requestId },
    now: kernel.clock.now(),
    requestId,
    baseUrl: baseUrlOf(kernel, request),
    header: (name) => headerOf(request.raw, name),
    isRepeated: (name) => (request.raw.headersDistinct[name]?.length ?? 0) > 1,
  };
  const context = api.organizationOf ? { ...own, organization: await api.organizationOf(own) } : own;
  return perform(api, route, context, input, request);
}

async function perform(
  api: Api,
  route: AnyRoute,
  context: RouteContext,
  input: AnyInput,
  { raw }: FastifyRequest,
): Promise<Reply> {
  if (route.work !== "write") return route.handle(context, input);
  const { idempotencyHeader: name } = api;
  const values = name === undefined ? undefined : raw.headersDistinct[name];
  const sent = { route: route.name, organizationId: context.organization._id, input };
  const repeat = name && values ? repeatable(context.key._id, { name, values }, sent, context.now) : undefined;
  return context.store.transaction(async (documents) => {
    const work = () => route.handle({ ...context, documents }, input);
    if (!repeat) return work();
    const { isRepeat, ...reply } = await once(documents, repeat, work);
    return isRepeat ? { ...reply, headers: { "idempotent-replayed": "true" } } : reply;
  });
}

function readInput(api: Api, route: AnyRoute, maxDepth: number, request: FastifyRequest): AnyInput {
  const text = typeof request.body === "string" ? request.body : "";
  const params = read(route.params, request.params, "path", { unknown: "ignore", convert: false });
  const query = read(route.query, request.query, "query", { unknown: "ignore", convert: true });
  const wantsBody = Object.keys(route.body["properties"] ?? {}).length > 0;
  if (!wantsBody) return { params, query, body: {} } as AnyInput;
  const type = String(request.headers["content-type"] ?? "").toLowerCase();
  if (text !== "" && !/^application\/([\w.-]+\+)?json\b/.test(type))
    throw new ProblemError({ kind: "unsupported type" });
  const sent = text.trim() === "" ? {} : parseBody(text, maxDepth);
  const body = read(route.body, sent, "body", { unknown: api.unknownMembers, convert: false });
  return { params, query, body } as AnyInput;
}

/** As the settings say, else as the client wrote it. */
export function baseUrlOf({ config }: Kernel, { headers, socket }: FastifyRequest): string {
  if (config.publicUrl !== "") return new URL(config.publicUrl.replace(/^ws/, "http")).origin;
  const host = headers.host ?? "";
  return /^[\w.:[\]-]+$/.test(host) ? `http://${host}` : `http://127.0.0.1:${socket.localPort}`;
}
