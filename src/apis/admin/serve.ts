import { type Static, Type } from "@sinclair/typebox";
import type { FastifyInstance, FastifyReply } from "fastify";
import { STAGES } from "../../game/game.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { ServeOptions } from "../answer.ts";
import { parseBody, read } from "../input.ts";
import type { Issue } from "../problem.ts";
import { AdminAccess, type AdminRefusal } from "./access.ts";
import { operations } from "./index.ts";
import type { OperationServer } from "./operation.ts";
import { performIn } from "./perform-in.ts";
import { refusalOf } from "./refusal.ts";

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
export function addAdmin(
  http: FastifyInstance,
  token: string,
  options: Omit<ServeOptions, "budgets"> & { server: OperationServer },
): void {
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
    scope.setErrorHandler((error, _request, reply) => {
      const { status, code, message, issues } = refusalOf(error, options.onUnexpected);
      return refuse(reply, status, code, message, issues);
    });
    for (const operation of operations) {
      scope.post(`/admin/${operation.name.replace(" ", "/")}`, async ({ body }, reply) => {
        const text = typeof body === "string" && body !== "" ? body : "{}";
        const sent = read(Body, parseBody(text, kernel.config.maxRequestDepth), "body", {
          unknown: "refuse",
          convert: false,
        }) as Static<typeof Body>;
        const { stage, arguments: args = {} } = sent;
        const data = await performIn(options.server, operation, { stage, args, by: BY, role: "admin" });
        return reply.send({ data });
      });
    }
    scope.all("/admin/*", (_request, reply) => refuse(reply, 404, "NOT_FOUND", "There is no such operation."));
  });
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
