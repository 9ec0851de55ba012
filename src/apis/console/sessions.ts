import { Type } from "@sinclair/typebox";
import type { FastifyInstance } from "fastify";
import { settingsOf } from "../../config.ts";
import {
  type AdminSession,
  Admins,
  adminsSettings,
  endSession,
  type SessionLimits,
  SignInRefused,
} from "../../domains/admins/index.ts";
import { parseBody, read } from "../input.ts";
import { isSecure } from "./access.ts";
import { type ConsoleOptions, sessionOf } from "./context.ts";
import { clearCookie, setCookie } from "./cookie.ts";
import { refuse } from "./reply.ts";
import type { Session } from "./types.ts";

const Body = Type.Object({
  name: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 1024 }),
  code: Type.Optional(Type.String({ maxLength: 20 })),
});
const STATUS = { WRONG: 401, CODE_REQUIRED: 401, WAIT: 429, BUSY: 503, UNREADABLE: 503 } as const;

/** `/console/api/session`: signing in, who is signed in, signing out. */
export function addSessions(api: FastifyInstance, { server }: ConsoleOptions): void {
  const { config, stores, service, log } = server;
  const limits = settingsOf(config, adminsSettings);
  const url = "/console/api/session";

  api.post(url, { config: { role: "anyone" } }, async (request, reply) => {
    const text = typeof request.body === "string" ? request.body : "";
    const parsed = parseBody(text, config.maxRequestDepth);
    const attempt = read(Body, parsed, "body", { unknown: "refuse", convert: false }) as typeof Body.static;
    const store = await stores.open(config.defaultStage);
    const address = request.socket.remoteAddress ?? "";
    try {
      const { token, session } = await service(Admins).signIn(store, { ...attempt, address });
      const seconds = limits.consoleSessionHours * 3600;
      reply.header("set-cookie", setCookie(token, { seconds, secure: isSecure(config, request.socket) }));
      return { data: shownSession(session, limits) };
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error;
      const { code, message, retryAfterSeconds } = error;
      log.warn({ admin: attempt.name, why: code, address }, "sign-in to the console refused");
      return refuse(reply, STATUS[code], { code, message, retryAfterSeconds });
    }
  });

  api.get(url, { config: { role: "read" } }, async (request) => ({
    data: shownSession(sessionOf(request), limits),
  }));

  api.delete(url, { config: { role: "read" } }, async (request, reply) => {
    await endSession(await stores.open(config.defaultStage), sessionOf(request).id);
    reply.header("set-cookie", clearCookie(isSecure(config, request.socket)));
    return { data: { signedOut: true } };
  });
}

export function shownSession({ name, role, expires }: AdminSession, limits: SessionLimits): Session {
  return { name, role, expires: new Date(expires).toISOString(), idleMinutes: limits.consoleIdleMinutes };
}
