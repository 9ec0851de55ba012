import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { settingsOf } from "../../config.ts";
import { Admins, adminsSettings, findSession, mayAct } from "../../domains/admins/index.ts";
import { OwnHosts } from "../admin/host.ts";
import { refusalOf } from "../admin/refusal.ts";
import { refusalOfPage } from "./access.ts";
import { addCatalogue } from "./catalogue.ts";
import { type ConsoleOptions, setSession } from "./context.ts";
import { tokenIn } from "./cookie.ts";
import { addHandshake } from "./handshake.ts";
import { addLogStream } from "./log-stream.ts";
import { addOperations } from "./operations.ts";
import { addPages } from "./pages.ts";
import { refuse } from "./reply.ts";
import { addSessions } from "./sessions.ts";
import { addStart } from "./start.ts";

const SENTENCES = {
  HOST: "The header Host does not name this server. Behind a proxy, set publicUrl to the URL that browsers use.",
  ORIGIN: "The request comes from a page of another server.",
  HEADER: "The header x-rekindle-console: 1 is required.",
} as const;

/** Adds `/console`: its page, and what the page calls under `/console/api/` (`types.ts`). */
export function addConsole(http: FastifyInstance, options: ConsoleOptions): void {
  const { server, connectionRate, isStopping, onUnexpected } = options;
  const { config, clock, stores, service } = server;
  const ownHosts = new OwnHosts(config);
  const limits = settingsOf(config, adminsSettings);
  const store = () => stores.open(config.defaultStage);

  /** Who may not call is refused before the body is read. */
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    if (isStopping()) return refuse(reply, 503, { code: "STOPPING", message: "The server is stopping." });
    if (!connectionRate(request).admits()) {
      return refuse(reply, 429, { code: "WAIT", message: "Too many requests. Wait a second.", retryAfterSeconds: 1 });
    }
    if (!(await service(Admins).isOn(store))) {
      const message = "The console is off. See the setting console, and rekindle admins create.";
      return refuse(reply, 404, { code: "NOT_FOUND", message });
    }
    const { method, headers, socket } = request.raw;
    const refusal = refusalOfPage(config, ownHosts, { method: method ?? "", headers, socket });
    if (refusal) return refuse(reply, 403, { code: refusal, message: SENTENCES[refusal] });
  };

  const identify = async (request: FastifyRequest, reply: FastifyReply) => {
    const { role = "admin" } = request.routeOptions.config;
    if (role === "anyone") return;
    const session = await findSession(await store(), tokenIn(request.headers.cookie), clock.now(), limits);
    if (!session) return refuse(reply, 401, { code: "UNAUTHENTICATED", message: "Sign in to the console." });
    if (!mayAct(session.role, role)) {
      return refuse(reply, 403, { code: "ROLE", message: `This needs the role ${role}; yours is ${session.role}.` });
    }
    setSession(request, session);
  };

  const onError = (error: unknown, _request: FastifyRequest, reply: FastifyReply) => {
    const { status, ...shown } = refusalOf(error, onUnexpected);
    return refuse(reply, status, shown);
  };

  http.register(async (scope) => {
    scope.addHook("onRequest", admit);
    scope.setErrorHandler(onError);
    addPages(scope, options);
    scope.register(async (api) => {
      api.addHook("onRequest", identify);
      addSessions(api, options);
      addStart(api, options);
      addCatalogue(api, options);
      addHandshake(api, options);
      addLogStream(api, options);
      addOperations(api, options);
      api.all("/console/api/*", { config: { role: "read" } }, (_request, reply) =>
        refuse(reply, 404, { code: "NOT_FOUND", message: "There is no such route." }),
      );
    });
  });
}
