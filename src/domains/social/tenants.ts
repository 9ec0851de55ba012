import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { customAlphabet } from "nanoid";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import { objectIdOf } from "../../ids.ts";
import type { Actor } from "../../kernel/actor.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import {
  type ApiKeyDocument,
  type OrganizationDocument,
  type ProfileDocument,
  type ProjectDocument,
  social,
} from "./collections.ts";
import {
  GAME_ORGANIZATION,
  GAME_PROJECT,
  newOrganizationId,
  newProfileId,
  newProjectId,
  newRefId,
  playerProfileId,
  primaryProfileId,
} from "./ids.ts";
import { SocialRefused } from "./refused.ts";

/** What a key may do. `*` is everything. A key without scopes may do nothing. */
export const SCOPES = [
  "social:read",
  "social:write",
  "social:force",
  "publish:read",
  "publish:write",
  "leased:write",
  "org:admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** The game's own organization, project and primary profile. Call when a stage opens; costs one read if they exist. */
export async function prepareGameTenant(documents: Documents, name: string, now: number): Promise<void> {
  const { organizations, projects, profiles } = social(documents);
  const primary = primaryProfileId(GAME_PROJECT);
  if (await profiles.findOne({ _id: primary }, { projection: { _id: 1 } })) return;
  const createdAt = new Date(now);
  const organization: OrganizationDocument = { _id: GAME_ORGANIZATION, name, createdAt, version: 0 };
  const project = { organizationId: GAME_ORGANIZATION, name, createdAt };
  const { _id: _, ...organizationFields } = organization;
  const { _id: __, ...profile } = primaryProfile({ _id: GAME_PROJECT, ...project });
  // Each may have been created by another process or before a crash.
  await organizations.updateOne({ _id: GAME_ORGANIZATION }, { $setOnInsert: organizationFields }, { upsert: true });
  await projects.updateOne({ _id: GAME_PROJECT }, { $setOnInsert: project }, { upsert: true });
  await profiles.updateOne({ _id: primary }, { $setOnInsert: profile }, { upsert: true });
}

export async function createOrganization(
  tx: Documents,
  { name, parentId }: { name: string; parentId?: string | undefined },
  { by, now }: { by: Actor; now: number },
): Promise<OrganizationDocument> {
  const organization: OrganizationDocument = {
    _id: newOrganizationId(),
    name,
    createdAt: new Date(now),
    ...(parentId !== undefined && { parentId }),
    version: 0,
  };
  await social(tx).organizations.insertOne(organization as OrganizationDocument & Record<string, unknown>);
  await record(tx, { action: "organization.created", by, now, organizationId: organization._id, data: { name } });
  return organization;
}

export async function createProject(
  tx: Documents,
  { organizationId, name }: { organizationId: string; name: string },
  { by, now }: { by: Actor; now: number },
): Promise<ProjectDocument> {
  const project: ProjectDocument = { _id: newProjectId(), organizationId, name, createdAt: new Date(now) };
  await social(tx).projects.insertOne(project as ProjectDocument & Record<string, unknown>);
  await social(tx).profiles.insertOne(primaryProfile(project) as ProfileDocument & Record<string, unknown>);
  const projectId = project._id;
  await record(tx, { action: "project.created", by, now, organizationId, projectId, data: { name } });
  return project;
}

/** @throws SocialRefused NOT_FOUND, also for another organization's */
export async function getProject(documents: Documents, organizationId: string, id: string): Promise<ProjectDocument> {
  const project = await social(documents).projects.findOne({ _id: { $eq: id } });
  if (project?.organizationId !== organizationId) throw new SocialRefused("NOT_FOUND", "There is no such project.");
  return project;
}

/**
 * Creates a profile, or makes a player one. Returns it with its Profile-Key, which is not stored and cannot be shown
 * again. For a player that is a profile already, the earlier key stops working.
 * @throws SocialRefused DUPLICATE if the project has a profile of this title
 */
export async function createProfile(
  tx: Documents,
  project: ProjectDocument,
  values: Pick<ProfileDocument, "title"> &
    Partial<Pick<ProfileDocument, "displayTitle" | "disabledNetworks" | "tags">> & { player?: PlayerId | undefined },
  { by, now }: { by: Actor; now: number },
): Promise<{ profile: ProfileDocument; key: string }> {
  const { profiles } = social(tx);
  const { title, displayTitle, disabledNetworks = [], tags = [], player } = values;
  const _id = player === undefined ? newProfileId() : playerProfileId(player);
  const namesake = await profiles.findOne({ projectId: project._id, title: { $eq: title } });
  if (namesake && namesake._id !== _id) {
    throw new SocialRefused("DUPLICATE", "The project has a profile of this title.", { title });
  }
  const earlier = player === undefined ? null : await profiles.findOne({ _id });
  const key = randomBytes(30).toString("base64url");
  const profile: ProfileDocument = {
    _id,
    organizationId: project.organizationId,
    projectId: project._id,
    title,
    ...(displayTitle !== undefined && { displayTitle }),
    refId: earlier?.refId ?? newRefId(),
    ...(player !== undefined && { playerId: objectIdOf(player) }),
    keyHash: hashOf(key),
    disabledNetworks,
    tags,
    createdAt: earlier?.createdAt ?? new Date(now),
    ...(earlier?.suspended && { suspended: true }),
    version: (earlier?.version ?? 0) + 1,
  };
  const { _id: __, ...replacement } = profile;
  try {
    await profiles.replaceOne({ _id }, replacement, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new SocialRefused("DUPLICATE", "The project has a profile of this title.", { title });
  }
  const { organizationId, _id: projectId } = project;
  await record(tx, { action: "profile.created", by, now, organizationId, projectId, player, subject: _id });
  return { profile, key };
}

/** The profile of a Profile-Key in the project; undefined if there is none. */
export async function profileOfKey(
  documents: Documents,
  projectId: string,
  key: string,
): Promise<ProfileDocument | undefined> {
  if (key.length > 200) return undefined;
  const profile = await social(documents).profiles.findOne({ keyHash: hashOf(key) });
  return profile?.projectId === projectId ? profile : undefined;
}

export async function primaryProfileOf(documents: Documents, projectId: string): Promise<ProfileDocument> {
  const profile = await social(documents).profiles.findOne({ _id: primaryProfileId(projectId) });
  if (!profile) throw new SocialRefused("NOT_FOUND", "The project has no primary profile.");
  return profile;
}

const keyId = customAlphabet("0123456789abcdefghijklmnopqrstuvwxyz", 16);
const KEY = /^lp_(live|test)_([0-9a-z]{16})_([\w-]{43})$/;
/** Keys name the stage as Layers names its environments. */
const STAGE_OF = { live: "live", test: "preview" } as const satisfies Record<string, Stage>;

/**
 * Creates an API key: `lp_<live or test>_<id>_<secret>`; `test` is the preview stage. Its text is returned once and only
 * its hash is stored. @throws SocialRefused NOT_FOUND if the project is not the organization's
 */
export async function createKey(
  tx: Documents,
  stage: Stage,
  values: Pick<ApiKeyDocument, "organizationId" | "projectId" | "name" | "scopes"> & { returnHosts?: string[] },
  { by, now }: { by: Actor; now: number },
): Promise<{ key: ApiKeyDocument; text: string }> {
  const { organizationId, projectId, name, scopes, returnHosts = [] } = values;
  await getProject(tx, organizationId, projectId);
  const secret = randomBytes(32).toString("base64url");
  const key: ApiKeyDocument = {
    _id: keyId(),
    organizationId,
    projectId,
    name,
    hash: hashOf(secret),
    scopes,
    returnHosts,
    createdAt: new Date(now),
  };
  await social(tx).keys.insertOne(key as ApiKeyDocument & Record<string, unknown>);
  await record(tx, {
    action: "key.created",
    by,
    now,
    organizationId,
    projectId,
    subject: key._id,
    data: { name, scopes },
  });
  return { key, text: `lp_${stage === "live" ? "live" : "test"}_${key._id}_${secret}` };
}

/** The parts of a key's text; undefined if it has another form. */
export function parseKey(text: string): { stage: Stage; id: string; secret: string } | undefined {
  const [, env, id = "", secret = ""] = KEY.exec(text) ?? [];
  return env === undefined ? undefined : { stage: STAGE_OF[env as keyof typeof STAGE_OF], id, secret };
}

/** What a request's key allows, read at every request, so that a switch takes effect at once. */
export interface Access {
  key: ApiKeyDocument;
  organization: OrganizationDocument;
  /** Which switch stops the key, if any. */
  killed: "key" | "organization" | "global" | undefined;
}

/** The key with this id and secret; undefined if there is none or it was revoked. Costs three reads by id. */
export async function accessOf(
  documents: Documents,
  { id, secret }: { id: string; secret: string },
): Promise<Access | undefined> {
  const { keys, organizations } = social(documents);
  const key = await keys.findOne({ _id: { $eq: id } });
  const matches = sameHash(hashOf(secret), key?.hash ?? hashOf(""));
  if (!key || !matches || (key.revokedAt && !key.killed)) return undefined;
  const organization = await organizations.findOne({ _id: key.organizationId });
  if (!organization) return undefined;
  const isOff = await isSwitchedOff(documents);
  const killed = isOff ? "global" : organization.suspended ? "organization" : key.killed ? "key" : undefined;
  return { key, organization, killed };
}

/** Why work that a key started may not continue; undefined if it may. Costs three reads by id. */
export async function stopOfKey(
  documents: Documents,
  id: string,
): Promise<"revoked" | NonNullable<Access["killed"]> | undefined> {
  const { keys, organizations } = social(documents);
  const key = await keys.findOne({ _id: { $eq: id } });
  if (key?.killed) return "key";
  if (!key || key.revokedAt) return "revoked";
  const organization = await organizations.findOne({ _id: key.organizationId });
  if (!organization || organization.suspended) return "organization";
  return (await isSwitchedOff(documents)) ? "global" : undefined;
}

export const allows = ({ scopes }: Pick<ApiKeyDocument, "scopes">, scope: Scope): boolean =>
  scopes.includes("*") || scopes.includes(scope);

/** Ends a key for good. Returns false if it has no such key or it has ended. */
export async function revokeKey(
  tx: Documents,
  id: string,
  { by, now, kill = false }: { by: Actor; now: number; kill?: boolean },
): Promise<boolean> {
  const ended = { revokedAt: new Date(now), ...(kill && { killed: true }) };
  const key = await social(tx).keys.findOneAndUpdate(
    { _id: { $eq: id }, revokedAt: { $exists: false } },
    { $set: ended },
  );
  if (!key) return false;
  const { organizationId, projectId } = key;
  await record(tx, { action: kill ? "key.killed" : "key.revoked", by, now, organizationId, projectId, subject: id });
  return true;
}

/** Stops an organization: its keys are refused and its posts wait. Returns false if it was so already. */
export async function suspendOrganization(
  tx: Documents,
  id: string,
  suspended: boolean,
  { by, now }: { by: Actor; now: number },
): Promise<boolean> {
  const change = suspended ? { $set: { suspended: true } } : { $unset: { suspended: "" } };
  const { matchedCount } = await social(tx).organizations.updateOne(
    { _id: { $eq: id }, suspended: { $exists: !suspended } },
    { ...change, $inc: { version: 1 } },
  );
  if (matchedCount === 0) return false;
  const action = suspended ? "organization.suspended" : "organization.resumed";
  await record(tx, { action, by, now, organizationId: id });
  return true;
}

const GLOBAL_SWITCH = { _id: "api-switch" };

/** Stops or resumes all keys of the stage. */
export async function switchOff(tx: Documents, off: boolean, { by, now }: { by: Actor; now: number }): Promise<void> {
  await tx.collection("apiSwitch").updateOne(GLOBAL_SWITCH, { $set: { off } }, { upsert: true });
  await record(tx, { action: "switch.changed", by, now, data: { off } });
}

/** Whether all keys of the stage are stopped. */
export async function isSwitchedOff(documents: Documents): Promise<boolean> {
  return (await documents.collection("apiSwitch").findOne(GLOBAL_SWITCH))?.["off"] === true;
}

function primaryProfile({ _id, organizationId, name, createdAt }: ProjectDocument): ProfileDocument {
  return {
    _id: primaryProfileId(_id),
    organizationId,
    projectId: _id,
    title: name,
    refId: newRefId(),
    disabledNetworks: [],
    tags: [],
    createdAt,
    version: 0,
  };
}

/** Keys are random, so one round of a hash without salt is enough. */
function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function sameHash(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
