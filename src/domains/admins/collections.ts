import type { Documents } from "../../store/store.ts";
import type { Role } from "./roles.ts";

/** An admin of the console. `_id` is the name. */
export interface AdminDocument extends Record<string, unknown> {
  _id: string;
  role: Role;
  /** PHC string. */
  hash: string;
  createdAt: Date;
  lastSignIn?: Date;
  /** The secret of the second factor, sealed. */
  secondFactor?: string;
  /** The time step of the last code, since a code is accepted once. */
  usedStep?: number;
  /** Incremented by changes and sign-ins, so that they conflict. */
  version: number;
}

/** A signed-in browser. `_id` is the SHA-256 of its cookie in hex. */
export interface SessionDocument extends Record<string, unknown> {
  _id: string;
  admin: string;
  createdAt: Date;
  usedAt: Date;
  expires: Date;
}

export const adminCollections = (documents: Documents) => ({
  admins: documents.collection<AdminDocument>("consoleAdmin"),
  sessions: documents.collection<SessionDocument>("consoleSession"),
});
