import { customAlphabet } from "nanoid";
import type { Actor } from "../../kernel/actor.ts";
import { equals } from "../../store/equals.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import { guard } from "../../store/guard.ts";
import type { Documents } from "../../store/store.ts";
import { MAX_PASSWORD_LENGTH } from "../accounts/index.ts";
import { record } from "../audit/index.ts";
import { type AdminDocument, adminCollections } from "./collections.ts";
import { AdminRefused } from "./refused.ts";
import type { Role } from "./roles.ts";
import { endSessionsOf } from "./sessions.ts";

export const ADMIN_NAME = "^[a-z0-9][a-z0-9._-]{0,39}$";
export const MIN_ADMIN_PASSWORD = 12;
/** The admin that is made at the first start. */
export const FIRST_ADMIN = "admin";
const MAX_ADMINS = 200;
/** Without letters and digits that look alike. */
const passwordOf = customAlphabet("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 24);

export interface Change {
  by: Actor;
  now: number;
}

/** @throws AdminRefused for a password that is too short or too long, or is no well-formed Unicode */
export function checkPassword(password: string): void {
  if (password.length >= MIN_ADMIN_PASSWORD && password.length <= MAX_PASSWORD_LENGTH && password.isWellFormed())
    return;
  throw new AdminRefused(`A password has ${MIN_ADMIN_PASSWORD} to ${MAX_PASSWORD_LENGTH} characters.`);
}

/** A random password that is easy to copy: 24 letters and digits, 140 bits. */
export function newPassword(): string {
  return passwordOf();
}

export function listAdmins(documents: Documents): Promise<AdminDocument[]> {
  return adminCollections(documents)
    .admins.find({}, { sort: { _id: 1 }, limit: MAX_ADMINS })
    .toArray();
}

/** One read. */
export async function hasAdmin(documents: Documents): Promise<boolean> {
  return (await adminCollections(documents).admins.findOne({}, { projection: { _id: 1 } })) !== null;
}

/** Call in a transaction. @throws AdminRefused if the name is in use */
export async function createAdmin(
  tx: Documents,
  { name, role, hash }: { name: string; role: Role; hash: string },
  { by, now }: Change,
): Promise<AdminDocument> {
  const admin: AdminDocument = { _id: name, role, hash, createdAt: new Date(now), version: 0 };
  try {
    await adminCollections(tx).admins.insertOne({ ...admin });
  } catch (error) {
    throw isDuplicateKey(error) ? new AdminRefused(`An admin named ${name} exists already.`) : error;
  }
  await record(tx, { action: "admin.created", by, now, subject: name, data: { role } });
  return admin;
}

/** Removes an admin with its sessions. Call in a transaction. @throws AdminRefused for an unknown name, and the last admin */
export async function removeAdmin(tx: Documents, name: string, { by, now }: Change): Promise<void> {
  await guard(tx, "consoleAdmin");
  const { admins } = adminCollections(tx);
  const removed = await admins.findOneAndDelete({ _id: equals(name) });
  if (!removed) throw unknown(name);
  if (removed.role === "admin" && !(await admins.findOne({ role: "admin" }, { projection: { _id: 1 } }))) {
    throw new AdminRefused("The last admin with the role admin stays. Create another one first.");
  }
  await endSessionsOf(tx, name);
  await record(tx, { action: "admin.removed", by, now, subject: name, data: { role: removed.role } });
}

/** Sets the password and ends the admin's sessions. Call in a transaction. @throws AdminRefused for an unknown name */
export async function setAdminPassword(tx: Documents, name: string, hash: string, { by, now }: Change): Promise<void> {
  await update(tx, name, { $set: { hash } });
  await endSessionsOf(tx, name);
  await record(tx, { action: "admin.password", by, now, subject: name });
}

/** Sets or removes the second factor and ends the admin's sessions. Call in a transaction. @throws AdminRefused */
export async function setSecondFactor(
  tx: Documents,
  name: string,
  sealed: string | undefined,
  { by, now }: Change,
): Promise<void> {
  const change =
    sealed === undefined ? { $unset: { secondFactor: "", usedStep: "" } } : { $set: { secondFactor: sealed } };
  await update(tx, name, change);
  await endSessionsOf(tx, name);
  const state = sealed === undefined ? "off" : "on";
  await record(tx, { action: "admin.second_factor", by, now, subject: name, data: { state } });
}

async function update(tx: Documents, name: string, change: Record<string, unknown>): Promise<void> {
  const { matchedCount } = await adminCollections(tx).admins.updateOne(
    { _id: equals(name) },
    { ...change, $inc: { version: 1 } },
  );
  if (matchedCount === 0) throw unknown(name);
}

const unknown = (name: string) =>
  new AdminRefused(`There is no admin named ${name}. "rekindle admins list" shows them.`);
