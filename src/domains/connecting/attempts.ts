import type { Network, NetworkProfile } from "../../publishers/publisher.ts";
import type { Documents } from "../../store/store.ts";
import { type ConnectAttemptDocument, type ConnectSessionDocument, connecting } from "./collections.ts";
import { ConnectFailed } from "./failures.ts";
import type { AttemptSecrets, ConnectSecrets } from "./secrets.ts";
import { hashOf } from "./tokens.ts";

/** Time to sign in at a network. */
export const ATTEMPT_MS = 600_000;
const KEPT_MS = 86_400_000;

/** The attempt that a callback is about: by its OAuth state, or by the request token of OAuth 1.0a. */
export const attemptOfState = (state: string) => hashOf(`state ${state}`);
export const attemptOfRequestToken = (network: Network, token: string) => hashOf(`request token ${network} ${token}`);

export interface NewAttempt {
  network: Network;
  browserHash: string;
  redirectUri: string;
  secrets: AttemptSecrets;
}

/** Stores an attempt that waits for the browser to return. Costs one insert. */
export async function addAttempt(
  documents: Documents,
  sealer: ConnectSecrets,
  _id: string,
  session: ConnectSessionDocument,
  { network, browserHash, redirectUri, secrets }: NewAttempt,
  now: number,
): Promise<void> {
  const end = now + ATTEMPT_MS;
  const attempt: ConnectAttemptDocument = {
    _id,
    sessionId: session._id,
    ...{ network, browserHash, redirectUri },
    status: "pending",
    secrets: await sealer.sealAttempt(secrets, _id),
    expires: new Date(session.isSingleUse ? Math.min(end, session.expires.getTime()) : end),
    removeAt: new Date(end + KEPT_MS),
  };
  await connecting(documents).attempts.insertOne(attempt as ConnectAttemptDocument & Record<string, unknown>);
}

/** An attempt with its session, as it was when it was taken. */
export interface TakenAttempt {
  attempt: ConnectAttemptDocument;
  session: ConnectSessionDocument;
  secrets: AttemptSecrets;
}

/**
 * Takes the attempt of a callback. Of simultaneous callers, one gets it. Another browser cannot end the attempt; a known
 * one that is late or repeated is refused with the way back.
 * @throws ConnectFailed UNKNOWN_STATE, OTHER_BROWSER, USED_STATE, STATE_EXPIRED
 */
export async function takeAttempt(
  documents: Documents,
  sealer: ConnectSecrets,
  _id: string,
  { network, browserHash, now }: { network: Network; browserHash: string | undefined; now: number },
): Promise<TakenAttempt> {
  const { attempts, sessions } = connecting(documents);
  const known = await attempts.findOne({ _id });
  const session = known && (await sessions.findOne({ _id: known.sessionId }));
  // A code of another network must not reach this one's token call.
  if (!known || !session || known.network !== network) throw new ConnectFailed("UNKNOWN_STATE");
  if (known.browserHash !== browserHash) throw new ConnectFailed("OTHER_BROWSER");
  const attempt = await attempts.findOneAndUpdate(
    { _id, status: "pending", browserHash },
    { $set: { status: "exchanging" } },
    { returnDocument: "after" },
  );
  const secrets = await sealer.openAttempt(known.secrets, _id);
  const details = { network, place: { session, token: secrets.token } };
  if (!attempt) throw new ConnectFailed("USED_STATE", details);
  if (now >= attempt.expires.getTime()) throw new ConnectFailed("STATE_EXPIRED", details);
  return { attempt, session, secrets };
}

/** Waits for the user to choose one of several accounts. */
export async function offerChoice(
  documents: Documents,
  sealer: ConnectSecrets,
  { _id }: ConnectAttemptDocument,
  found: readonly NetworkProfile[],
): Promise<void> {
  const sealed = await sealer.sealFound(found, _id);
  const change = { $set: { status: "choosing", found: sealed } };
  await connecting(documents).attempts.updateOne({ _id, status: "exchanging" }, change);
}

/**
 * The accounts that a browser may choose from.
 * @throws ConnectFailed UNKNOWN_STATE, OTHER_BROWSER, USED_STATE, STATE_EXPIRED
 */
export async function readChoice(
  documents: Documents,
  sealer: ConnectSecrets,
  id: string,
  { browserHash, now }: { browserHash: string | undefined; now: number },
): Promise<TakenAttempt & { found: NetworkProfile[] }> {
  const { attempts, sessions } = connecting(documents);
  const attempt = await attempts.findOne({ _id: { $eq: id } });
  const session = attempt && (await sessions.findOne({ _id: attempt.sessionId }));
  if (!attempt || !session) throw new ConnectFailed("UNKNOWN_STATE");
  if (attempt.browserHash !== browserHash) throw new ConnectFailed("OTHER_BROWSER");
  const secrets = await sealer.openAttempt(attempt.secrets, id);
  const details = { network: attempt.network, place: { session, token: secrets.token } };
  if (attempt.status !== "choosing" || attempt.found === undefined) throw new ConnectFailed("USED_STATE", details);
  if (now >= attempt.expires.getTime()) throw new ConnectFailed("STATE_EXPIRED", details);
  return { attempt, session, secrets, found: await sealer.openFound(attempt.found, id) };
}

/** Ends an attempt and drops the accounts that it found. Returns false if it was ended already. */
export async function endAttempt(
  documents: Documents,
  { _id, status: from }: Pick<ConnectAttemptDocument, "_id" | "status">,
  status: "completed" | "failed",
): Promise<boolean> {
  const { matchedCount } = await connecting(documents).attempts.updateOne(
    { _id, status: from },
    { $set: { status }, $unset: { found: "" } },
  );
  return matchedCount === 1;
}
