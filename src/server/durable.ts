import { type ErrorPairs, RequestError } from "../errors.ts";
import type { Documents } from "../store/store.ts";
import { type Call, noScripts, type Services } from "./call.ts";
import { type DurableRequestDocument, durableRequests } from "./durable-documents.ts";

/**
 * Durable requests: some SDKs keep a request over restarts, mark it by a requestId that begins with `d_`, and send it
 * again under that id until it is answered. The first outcome is kept with the work itself, in the same transaction, so
 * that a repeat by the same player is answered and not done again, even after a crash between the two. Refusals are
 * kept too; failures of the server are not, so that a repeat may succeed. Where scripts run before the work, a claim is
 * written before them (`durable-claim.ts`), and their calls are recorded (`durable-journal.ts`).
 */
const PREFIX = "d_";

interface Outcome {
  response?: Record<string, unknown> | undefined;
  scriptData?: Record<string, unknown> | undefined;
  scriptErrors?: ErrorPairs | undefined;
  refusal?: Pick<RequestError, "pairs" | "beside"> | undefined;
}

/** The id that the outcome is kept under; undefined for what is no durable request. */
export function durableIdOf({ caller, frame, known, player }: Call): string | undefined {
  if (player === undefined || known.caller !== "player") return undefined;
  if (caller.script) return caller.script.durableId;
  const { requestId } = frame;
  const isDurable = typeof requestId === "string" && requestId.startsWith(PREFIX);
  return isDurable ? `${player}:${requestId}` : undefined;
}

/**
 * Keeps the outcome of the work: one insert, or an update where it was claimed. A duplicate key means that a repeat was
 * quicker.
 * @throws ClaimLost
 */
export async function recordOutcome(documents: Documents, { cloudCode }: Services, call: Call): Promise<void> {
  const claim = call.claim!;
  const answered = !call.scripted(cloudCode, "response", call.known.responseName);
  const outcome = outcomeOf(call);
  if (claim.held) {
    await claim.check(documents, { outcome, answered });
    await claim.journal.delete(documents);
    return;
  }
  const { id: _id, expires } = claim;
  await durableRequests(documents).insertOne({ _id, outcome, answered, expires, ...(!answered && claim.lease) });
}

/**
 * Keeps what the response script made of it: one update.
 * @throws ClaimLost
 */
export async function recordAnswer(documents: Documents, call: Call): Promise<void> {
  await call.claim!.check(documents, { outcome: outcomeOf(call), answered: true });
  await call.claim!.journal.delete(documents);
}

/** What is kept of the call's request. One read. */
export async function recall(call: Call): Promise<DurableRequestDocument | null> {
  return durableRequests(call.store).findOne({ _id: call.claim!.id });
}

/** Puts the outcome on the call, in place of what was there; nothing where there is none. */
export function putOutcome(call: Call, outcome: string | undefined): void {
  const { response, scriptData, scriptErrors, refusal }: Outcome = outcome === undefined ? {} : JSON.parse(outcome);
  call.outcome = { response, refusal: refusal && RequestError.ofPairs(refusal.pairs, refusal.beside) };
  call.scripts = { ...noScripts(), data: scriptData, errors: scriptErrors };
  call.isPerformed = outcome !== undefined;
}

function outcomeOf({ outcome: { response, refusal }, scripts }: Call): string {
  const kept: Outcome = { response, scriptData: scripts.data, scriptErrors: scripts.errors };
  return JSON.stringify({ ...kept, refusal: refusal && { pairs: refusal.pairs, beside: refusal.beside } });
}

/** What was recorded is on disk: the response script runs under the claim. */
export function noteOutcome({ cloudCode }: Services, call: Call): void {
  call.claim?.outcomeKept(!call.scripted(cloudCode, "response", call.known.responseName));
}
