import type { AdminSession } from "../../domains/admins/index.ts";
import type { Actor } from "../../kernel/actor.ts";

/** For the audit. */
export function actorOf({ name, role }: AdminSession): Actor {
  return { door: "console", admin: name, adminRole: role };
}
