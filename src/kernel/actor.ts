import type { PlayerId } from "../ids.ts";

/** Where a change came from. */
export type Door =
  | "socket"
  | "rest"
  | "script"
  | "layers"
  | "hooked"
  | "ayrshare"
  | "admin"
  | "link page"
  | "command line"
  | "console"
  | "server";

/** Who makes a change, and by which door, as the audit records it. */
export interface Actor {
  readonly door: Door;
  readonly playerId?: PlayerId | undefined;
  /** The id of an API key. */
  readonly keyId?: string | undefined;
  /** The name and the role of a console admin. */
  readonly admin?: string | undefined;
  readonly adminRole?: string | undefined;
  /** Of the request, as its response and the log have it. */
  readonly requestId?: string | undefined;
}

/** The server itself, such as its scheduler. */
export const SERVER: Actor = { door: "server" };
