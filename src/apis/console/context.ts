import type { FastifyRequest } from "fastify";
import type { AdminSession, Role } from "../../domains/admins/index.ts";
import type { OperationServer } from "../admin/operation.ts";
import type { ServeOptions } from "../answer.ts";

export interface ConsoleOptions extends Pick<ServeOptions, "connectionRate" | "isStopping" | "onUnexpected"> {
  readonly server: OperationServer;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call a route of the console. "anyone": without being signed in. A route without it is for the role admin. */
    role?: Role | "anyone";
  }
}

const sessions = new WeakMap<FastifyRequest, AdminSession>();

export function setSession(request: FastifyRequest, session: AdminSession): void {
  sessions.set(request, session);
}

/** Of the admin who sent the request. */
export function sessionOf(request: FastifyRequest): AdminSession {
  return sessions.get(request)!;
}
