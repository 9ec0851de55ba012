import { createHash, randomBytes } from "node:crypto";
import { equals } from "../../store/equals.ts";
import type { Documents } from "../../store/store.ts";
import { adminCollections } from "./collections.ts";
import type { Role } from "./roles.ts";

export interface SessionLimits {
  consoleIdleMinutes: number;
  consoleSessionHours: number;
}

export interface AdminSession {
  /** SHA-256 of the cookie in hex. */
  id: string;
  name: string;
  role: Role;
  /** In milliseconds since 1970. */
  expires: number;
}

const TOKEN = /^[\w-]{43}$/;
/** Minimum age of `usedAt` before it is updated. */
const USED_MS = 60_000;

/** Returns the cookie's value, of which only the hash is stored. Call in a transaction. One insert. */
export async function startSession(
  tx: Documents,
  admin: { name: string; role: Role },
  now: number,
  { consoleSessionHours }: SessionLimits,
): Promise<{ token: string; session: AdminSession }> {
  const token = randomBytes(32).toString("base64url");
  const id = idOf(token);
  const expires = now + consoleSessionHours * 3_600_000;
  const [createdAt, usedAt] = [new Date(now), new Date(now)];
  const document = { _id: id, admin: admin.name, createdAt, usedAt, expires: new Date(expires) };
  await adminCollections(tx).sessions.insertOne(document);
  return { token, session: { id, ...admin, expires } };
}

/**
 * The session of a cookie, with the admin's role as it is now. Undefined if there is none, it has expired or was idle for too
 * long. Two reads by `_id`, and an update once a minute.
 */
export async function findSession(
  documents: Documents,
  token: string,
  now: number,
  { consoleIdleMinutes }: SessionLimits,
): Promise<AdminSession | undefined> {
  if (!TOKEN.test(token)) return undefined;
  const { sessions, admins } = adminCollections(documents);
  const id = idOf(token);
  const found = await sessions.findOne({ _id: equals(id) });
  if (!found || found.expires.getTime() <= now) return undefined;
  if (found.usedAt.getTime() + consoleIdleMinutes * 60_000 <= now) return undefined;
  const admin = await admins.findOne({ _id: equals(found.admin) }, { projection: { role: 1 } });
  if (!admin) return undefined;
  if (now - found.usedAt.getTime() >= USED_MS) {
    await sessions.updateOne({ _id: equals(id) }, { $set: { usedAt: new Date(now) } });
  }
  return { id, name: found.admin, role: admin.role, expires: found.expires.getTime() };
}

export async function endSession(documents: Documents, id: string): Promise<void> {
  await adminCollections(documents).sessions.deleteOne({ _id: equals(id) });
}

export async function endSessionsOf(documents: Documents, admin: string): Promise<void> {
  await adminCollections(documents).sessions.deleteMany({ admin: equals(admin) });
}

function idOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
