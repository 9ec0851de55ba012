import type { Stage } from "../../game/game.ts";
import type { Network } from "../../publishers/publisher.ts";
import type { Documents } from "../../store/store.ts";
import { type ApiKeyDocument, type ProfileDocument, type SocialApi, stopOfKey } from "../social/index.ts";
import { type ConnectSessionDocument, connecting, type Outcome } from "./collections.ts";
import { ConnectFailed } from "./failures.ts";
import { hashOf, isSessionId, newSessionId, newSessionToken, stageOfSession } from "./tokens.ts";

const DAY_MS = 86_400_000;
/** How long a browser that opened a session in time may use it. */
const OPENED_MS = 3_600_000;
const MAX_BROWSERS = 20;
const MAX_ATTEMPTS = 30;

export interface NewSession {
  api: SocialApi;
  networks: readonly Network[];
  mode: ConnectSessionDocument["mode"];
  /** Checked by `checkReturnUrl`. */
  returnUrl?: string | undefined;
  lifeMs: number;
  isExclusive: boolean;
  isSingleUse: boolean;
  accountId?: string | undefined;
  /** Sealed. */
  consumer?: string | undefined;
}

/** Stores a session. Its token is returned once; only the hash is stored. Costs one insert. */
export async function addSession(
  tx: Documents,
  stage: Stage,
  { _id: keyId }: Pick<ApiKeyDocument, "_id">,
  { _id: profileId, organizationId, projectId }: Pick<ProfileDocument, "_id" | "organizationId" | "projectId">,
  { api, networks, mode, returnUrl, lifeMs, isExclusive, isSingleUse, accountId, consumer }: NewSession,
  now: number,
): Promise<{ session: ConnectSessionDocument; token: string }> {
  const token = newSessionToken(stage, api === "ayrshare" ? "ayr_ls" : "ls");
  const session: ConnectSessionDocument = {
    _id: newSessionId(api === "layers" ? "st" : "ls"),
    tokenHash: hashOf(token),
    ...{ api, keyId, organizationId, projectId, profileId },
    networks: [...networks],
    mode,
    ...(returnUrl !== undefined && { returnUrl }),
    isExclusive,
    isSingleUse,
    ...(accountId !== undefined && { accountId }),
    ...(consumer !== undefined && { consumer }),
    createdAt: new Date(now),
    expires: new Date(now + lifeMs),
    openedBy: [],
    attempts: 0,
    connected: 0,
    removeAt: new Date(now + lifeMs + DAY_MS),
  };
  await connecting(tx).sessions.insertOne(session as ConnectSessionDocument & Record<string, unknown>);
  return { session, token };
}

/**
 * The session of a URL, opened by a browser. Costs two reads, and one write when the browser is new.
 * @throws ConnectFailed UNKNOWN_SESSION, REVOKED, EXPIRED, ENDED, STOPPED
 */
export async function openSession(
  documents: Documents,
  token: string,
  browserHash: string,
  now: number,
): Promise<ConnectSessionDocument> {
  if (stageOfSession(token) === undefined) throw new ConnectFailed("UNKNOWN_SESSION");
  const { sessions } = connecting(documents);
  const session = await sessions.findOne({ tokenHash: hashOf(token) });
  if (!session) throw new ConnectFailed("UNKNOWN_SESSION");
  await requireUsable(documents, session, token);
  if (now >= deadlineOf(session, browserHash))
    throw new ConnectFailed("EXPIRED", { place: { session, token: undefined } });
  if (!session.openedBy.includes(browserHash) && session.openedBy.length < MAX_BROWSERS) {
    await sessions.updateOne({ _id: session._id }, { $addToSet: { openedBy: browserHash } });
  }
  return session;
}

/** Whether the session may still connect accounts, whatever the time. @throws ConnectFailed REVOKED, ENDED, STOPPED */
export async function requireUsable(
  documents: Documents,
  session: ConnectSessionDocument,
  token: string | undefined,
): Promise<void> {
  const place = { session, token: undefined };
  if (session.revokedAt) throw new ConnectFailed("REVOKED", { place });
  if (session.isSingleUse && session.outcome) throw new ConnectFailed("ENDED", { place });
  if ((await stopOfKey(documents, session.keyId)) !== undefined) {
    throw new ConnectFailed("STOPPED", { place: { session, token } });
  }
}

/** A session that reports one outcome ends in time; another one lets a browser finish that opened it. */
function deadlineOf({ isSingleUse, expires, openedBy }: ConnectSessionDocument, browserHash: string): number {
  const isLonger = !isSingleUse && openedBy.includes(browserHash);
  return expires.getTime() + (isLonger ? OPENED_MS : 0);
}

/** Counts an attempt. @throws ConnectFailed TOO_MANY_ATTEMPTS, so that a form cannot try passwords without end */
export async function countAttempt(documents: Documents, session: ConnectSessionDocument): Promise<void> {
  const { matchedCount } = await connecting(documents).sessions.updateOne(
    { _id: session._id, attempts: { $lt: MAX_ATTEMPTS } },
    { $inc: { attempts: 1 } },
  );
  if (matchedCount === 0) throw new ConnectFailed("TOO_MANY_ATTEMPTS", { place: { session, token: undefined } });
}

/** A failure does not replace that an account was connected. */
export async function setOutcome(documents: Documents, sessionId: string, outcome: Outcome): Promise<void> {
  const filter = { _id: sessionId, ...(outcome.status === "failed" && { "outcome.status": { $ne: "completed" } }) };
  await connecting(documents).sessions.updateOne(filter, { $set: { outcome: { ...outcome } } });
}

/** The session of this public id; undefined if it does not exist. Whom it belongs to is for the caller to check. */
export async function findSession(documents: Documents, id: string): Promise<ConnectSessionDocument | undefined> {
  if (!isSessionId(id)) return undefined;
  return (await connecting(documents).sessions.findOne({ _id: { $eq: id } })) ?? undefined;
}

/** "pending" until an attempt ends or the session expires. */
export function outcomeOf(session: ConnectSessionDocument, now: number): Outcome | { status: "pending" } {
  if (session.outcome) return session.outcome;
  if (session.revokedAt) return { status: "failed", error: { code: "REVOKED", message: "The link was withdrawn." } };
  if (now < session.expires.getTime()) return { status: "pending" };
  return { status: "failed", error: { code: "EXPIRED", message: "The user did not finish in time." } };
}

/**
 * Ends a session for good: also for browsers that have it open, and for sign-ins that are under way. Returns false if no
 * browser can use it any longer, or if it was revoked. Call in a transaction or not; one update.
 */
export async function revokeSession(
  documents: Documents,
  { _id, isSingleUse, expires }: ConnectSessionDocument,
  now: number,
): Promise<boolean> {
  if (now >= expires.getTime() + (isSingleUse ? 0 : OPENED_MS)) return false;
  const change = { $set: { revokedAt: new Date(now) }, $unset: { consumer: "" } };
  const unrevoked = { _id, revokedAt: { $exists: false } };
  return (await connecting(documents).sessions.updateOne(unrevoked, change)).matchedCount === 1;
}
