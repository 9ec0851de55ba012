import { type Static, Type } from "@sinclair/typebox";
import type { FastifyInstance, FastifyReply } from "fastify";
import { SocialRefused } from "../../domains/social/index.ts";
import { STAGES } from "../../game/game.ts";
import type { Actor } from "../../kernel/actor.ts";
import { StoreError } from "../../store/errors.ts";
import type { ServeOptions } from "../answer.ts";
import { parseBody, read } from "../input.ts";
import { type Issue, ProblemError } from "../problem.ts";
import { AdminAccess, type AdminRefusal } from "./access.ts";
import { operations } from "./index.ts";
import { OperationRefused, perform } from "./operation.ts";

const Body = Type.Object({
  stage: Type.Optional(Type.Union(STAGES.map((stage) => Type.Literal(stage)))),
  arguments: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/** The command has the server's own files. */
const BY: Actor = { door: "command line" };

const REFUSALS: Record<AdminRefusal, [status: number, code: string, message: string]> = {
  address: [403, "FORBIDDEN", "Administration is open to this machine only. See the setting adminNetworks."],
  host: [403, "FORBIDDEN", "The header Host does not name this server."],
  token: [401, "UNAUTHENTICATED", "The token of admin.json in the server's data folder is required."],
};

/**
 * Adds `POST /admin/<operation>`, such as /admin/keys/create: body `{stage?, arguments?}`, response `{data}` or
 * `{error: {code, message, issues?}}`. Who may not call it is refused before the body is read.
 */
export function addAdmin(http: FastifyInstance, token: string, options: Omit<ServeOptions, "budgets">): void {
  const { kernel, connectionRate, isStopping } = options;
  const access = new AdminAccess(kernel.config, token);
  http.register(async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      reply.header("cache-control", "no-store");
      if (isStopping()) return refuse(reply, 503, "STOPPING", "The server is stopping.");
      const rate = connectionRate(request);
      if (!rate.admits()) return refuse(reply, 429, "RATE_LIMITED", "Too many requests. Wait a second.");
      const refusal = access.refusal(request.headers, request.socket);
      if (refusal !== undefined) return refuse(reply, ...REFUSALS[refusal]);
      rate.refund();
    });
    scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
      if (error.statusCode !== undefined && error.statusCode < 500) {
        return refuse(reply, error.statusCode, "INVALID", "The request cannot be read.");
      }
      return refuseError(reply, error, options);
    });
    for (const operation of operations) {
      scope.post(`/admin/${operation.name.replace(" ", "/")}`, async ({ body }, reply) => {
        const text = typeof body === "string" && body !== "" ? body : "{}";
        const sent = read(Body, parseBody(text, kernel.config.maxRequestDepth), "body", {
          unknown: "refuse",
          convert: false,
        }) as Static<typeof Body>;
        const { stage = kernel.config.defaultStage, arguments: args = {} } = sent;
        const store = await kernel.stores.open(stage);
        const data = await perform(operation, args, store, { stage, by: BY, now: kernel.clock.now() });
        return reply.send({ data });
      });
    }
    scope.all("/admin/*", (_request, reply) => refuse(reply, 404, "NOT_FOUND", "There is no such operation."));
  });
}

function refuseError(
  reply: FastifyReply,
  error: unknown,
  { onUnexpected }: Pick<ServeOptions, "onUnexpected">,
): FastifyReply {
  if (error instanceof ProblemError) {
    const { problem } = error;
    if (problem.kind === "invalid") return refuse(reply, 400, "INVALID", "Invalid arguments.", problem.issues);
    return refuse(reply, 400, "INVALID", problem.kind === "malformed body" ? problem.message : "Invalid request.");
  }
  if (error instanceof OperationRefused || error instanceof SocialRefused) {
    return refuse(reply, 409, error instanceof SocialRefused ? error.code : "REFUSED", error.message);
  }
  if (error instanceof StoreError && (error.retryable || error.code === "DAMAGED")) {
    return refuse(reply, 503, "STORE", error.message);
  }
  return refuse(reply, 500, "INTERNAL", `Unexpected error. The log has it under ${onUnexpected(error)}.`);
}

function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
  issues?: readonly Issue[],
): FastifyReply {
  return reply.code(status).send({ error: { code, message, ...(issues && { issues }) } });
}
