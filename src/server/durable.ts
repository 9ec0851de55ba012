import { type ErrorPairs, RequestError } from "../errors.ts";
import type { Documents } from "../store/store.ts";
import { type Call, noScripts, type Services } from "./call.ts";
import { type DurableRequestDocument, durableRequests } from "./durable-documents.ts";

/**
 * Durable requests: some SDKs store a request, with a requestId that begins with `d_`, and resend it until it is
 * answered. The outcome, unless it is a server failure, is stored in the transaction of the work, so a repeat by the
 * same player gets the same response. If scripts run first, a claim is stored (`durable-claim.ts`) and their calls are
 * recorded (`durable-journal.ts`).
 */
const PREFIX = "d_";

interface Outcome {
  response?: Record<string, unknown> | undefined;
  scriptData?: Record<string, unknown> | undefined;
  scriptErrors?: ErrorPairs | undefined;
  refusal?: Pick<RequestError, "pairs" | "beside"> | undefined;
}

/** The id of the stored outcome. Undefined if the request is not durable. */
export function durableIdOf({ caller, frame, known, player }: Call): string | undefined {
  if (player === undefined || known.caller !== "player") return undefined;
  if (caller.script) return caller.script.durableId;
  const { requestId } = frame;
  const isDurable = typeof requestId === "string" && requestId.startsWith(PREFIX);
  return isDurable ? `${player}:${requestId}` : undefined;
}

/** One insert, or an update if it was claimed. Throws ClaimLost; a duplicate key means that a repeat was faster. */
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

/** Stores the final outcome after the response script. One update. Throws ClaimLost. */
export async function recordAnswer(documents: Documents, call: Call): Promise<void> {
  await call.claim!.check(documents, { outcome: outcomeOf(call), answered: true });
  await call.claim!.journal.delete(documents);
}

export async function recall(call: Call): Promise<DurableRequestDocument | null> {
  return durableRequests(call.store).findOne({ _id: call.claim!.id });
}

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

/** The outcome is on disk; the response script runs under the claim. */
export function noteOutcome({ cloudCode }: Services, call: Call): void {
  call.claim?.outcomeKept(!call.scripted(cloudCode, "response", call.known.responseName));
}
