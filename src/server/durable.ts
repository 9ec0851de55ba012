import { RequestError } from "../errors.ts";
import type { Documents, Store } from "../store/store.ts";
import type { Call, Services } from "./call.ts";

/**
 * Durable requests: some SDKs keep a request over restarts, mark it by a requestId that begins with `d_`, and send it
 * again under that id until it is answered. The first outcome is kept with the work itself, in the same transaction, so
 * that a repeat by the same player is answered and not done again, even after a crash between the two. Refusals are
 * kept too; failures of the server are not, so that a repeat may succeed.
 */
const PREFIX = "d_";
const DAY_MS = 86_400_000;

interface DurableRequestDocument extends Record<string, unknown> {
  /** `playerId:requestId`. */
  _id: string;
  /** The outcome as JSON text, which keeps members that a document may not have. */
  outcome: string;
  /** False while the response script has still to run. */
  answered: boolean;
  expires: Date;
}

type Outcome = Pick<Call, "response" | "scriptData" | "scriptErrors"> & {
  refusal?: Pick<RequestError, "pairs" | "beside">;
};

const outcomes = (documents: Documents) => documents.collection<DurableRequestDocument>("durableRequest");

export async function prepareDurableRequests(store: Store): Promise<void> {
  await outcomes(store).createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
}

/** The id that the outcome is kept under; undefined for what is no durable request. */
export function durableIdOf(call: Call): string | undefined {
  const { requestId } = call.frame;
  const durable = typeof requestId === "string" && requestId.startsWith(PREFIX) && call.player !== undefined;
  return durable && call.known.caller === "player" ? `${call.player}:${requestId}` : undefined;
}

/** Keeps the outcome of the work; one insert. A duplicate key means that a repeat was quicker. */
export async function recordOutcome(documents: Documents, services: Services, call: Call): Promise<void> {
  const { config, clock, cloudCode } = services;
  await outcomes(documents).insertOne({
    _id: call.durableId,
    outcome: outcomeOf(call),
    answered: !cloudCode.has("response", call.known.responseName),
    expires: new Date(clock.now() + config.durableRequestDays * DAY_MS),
  });
}

/** Keeps what the response script made of it; one update. */
export async function recordAnswer(documents: Documents, call: Call): Promise<void> {
  const $set = { outcome: outcomeOf(call), answered: true };
  await outcomes(documents).updateOne({ _id: call.durableId }, { $set });
}

/** Puts the kept outcome on the call. Undefined where none is kept; else whether the response script has run. */
export async function recall(call: Call): Promise<{ answered: boolean } | undefined> {
  const kept = await outcomes(call.store).findOne({ _id: call.durableId });
  if (!kept) return undefined;
  const { refusal, ...rest } = JSON.parse(kept.outcome) as Outcome;
  Object.assign(call, rest);
  call.refusal = refusal && new RequestError(refusal.pairs, refusal.beside);
  call.endSession = false;
  return { answered: kept.answered };
}

function outcomeOf({ response, scriptData, scriptErrors, refusal }: Call): string {
  const kept = refusal && { pairs: refusal.pairs, beside: refusal.beside };
  return JSON.stringify({ response, scriptData, scriptErrors, refusal: kept });
}
