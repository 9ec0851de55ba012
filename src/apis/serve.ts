import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { customAlphabet } from "nanoid";
import { SocialRefused } from "../domains/social/index.ts";
import { RequestError } from "../errors.ts";
import { StoreError } from "../store/errors.ts";
import { answer, type ServeOptions } from "./answer.ts";
import type { Api } from "./api.ts";
import { Budgets } from "./budgets.ts";
import { ApiRefusal, type Problem, ProblemError } from "./problem.ts";
import { addReference } from "./reference.ts";
import type { AnyRoute, Reply } from "./route.ts";

/** `req_` and 26 characters, as clients of Layers check it. */
const newRequestId = customAlphabet("0123456789abcdefghjkmnpqrstvwxyz", 26);
const requestIds = new WeakMap<FastifyRequest, string>();

/** Adds the routes and the references of all APIs. A key's budgets cover all of them. */
export function addApis(
  http: FastifyInstance,
  apis: readonly Api[],
  options: Omit<ServeOptions, "budgets"> & { version: string },
): void {
  const budgets = new Budgets(options.kernel.config);
  for (const api of apis) {
    addApi(http, api, { ...options, budgets });
    addReference(http, api, options);
  }
}

/** An API's own errors keep its envelope, those of unreadable requests included. */
function addApi(http: FastifyInstance, api: Api, options: ServeOptions): void {
  http.register(async (scope) => {
    scope.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
      const { route } = request.routeOptions.config as { route?: AnyRoute };
      return refuse(api, unreadable(error, options) ?? problemOf(error, options), request, reply, route);
    });
    for (const prefix of api.prefixes) {
      for (const route of api.routes) {
        for (const { method, path } of [route, ...(route.aliases ?? [])]) {
          scope.route({
            method,
            url: `${prefix}${path}`,
            exposeHeadRoute: false,
            config: { route },
            handler: (request, reply) => serve(api, route, options, request, reply),
          });
        }
      }
    }
    const notFound = (request: FastifyRequest, reply: FastifyReply) =>
      refuse(api, { kind: "no route" }, request, reply, undefined);
    for (const space of api.spaces) {
      scope.all(space, notFound);
      scope.all(`${space}/*`, notFound);
    }
  });
}

/** Refuses a request whose path cannot be decoded in the envelope of the API that it is for. Returns whether it is for one. */
export function refuseUnrouted(apis: readonly Api[], request: FastifyRequest, reply: FastifyReply): boolean {
  const path = request.raw.url ?? "";
  const of = (api: Api) => api.spaces.some((space) => path.startsWith(`${space}/`));
  const api = apis.find(of);
  if (api) refuse(api, { kind: "no route" }, request, reply, undefined);
  return api !== undefined;
}

async function serve(
  api: Api,
  route: AnyRoute,
  options: ServeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const {
      status = 200,
      headers = {},
      body,
    } = await answer(api, route, options, request, reply, requestIdOf(request));
    return send(api, route, request, reply, { status, headers, body });
  } catch (error) {
    return refuse(api, problemOf(error, options), request, reply, route);
  }
}

/** What Fastify refuses before a handler runs; undefined for other errors. */
function unreadable({ statusCode }: { statusCode?: number }, { kernel }: ServeOptions): Problem | undefined {
  if (statusCode === 413) return { kind: "too large", maxBytes: kernel.config.maxRequestBytes };
  if (statusCode === 415) return { kind: "unsupported type" };
  if (statusCode === undefined || statusCode >= 500) return undefined;
  return { kind: "malformed body", message: "The request cannot be read." };
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
  const { status, headers = {}, body } = api.refuse(problem, { requestId: requestIdOf(request), route });
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
  const requestId = requestIdOf(request);
  const all = {
    "x-request-id": requestId,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...api.headers?.({ requestId, route }),
    ...headers,
  };
  return reply.code(status).headers(all).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

function requestIdOf(request: FastifyRequest): string {
  let id = requestIds.get(request);
  if (id === undefined) {
    id = `req_${newRequestId()}`;
    requestIds.set(request, id);
  }
  return id;
}
