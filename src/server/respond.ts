import type { RequestError } from "../errors.ts";
import { type Call, hasMembers } from "./call.ts";
import type { Frame, ResponseFrame } from "./frames.ts";
import { responseTooLarge } from "./refusals.ts";
import { echoOf } from "./request-id.ts";

const UNKNOWN_REQUEST = ".GameSparksErrorResponse";

/** Builds the response from the call's current state: fields, requestId, script data, errors. */
export function responseOf(call: Call): ResponseFrame {
  const { definition, frame, outcome, scripts } = call;
  const { refusal, authToken, signIn } = outcome;
  const { data: scriptData, errors: scriptErrors } = scripts;
  const name = definition ? `.${definition.responseName}` : UNKNOWN_REQUEST;
  const response: ResponseFrame = { "@class": name, ...outcome.response, ...refusal?.beside };
  if (authToken !== undefined) response.authToken = authToken;
  if (signIn !== undefined) response.userId = signIn;
  const requestId = echoOf(frame);
  if (requestId !== undefined) response.requestId = requestId;
  // Some responses have script data of their own, such as AccountDetailsResponse.
  if (hasMembers(scriptData)) response.scriptData = { ...(response.scriptData as object | undefined), ...scriptData };
  if (refusal || hasMembers(scriptErrors)) response.error = { ...refusal?.pairs, ...scriptErrors };
  return response;
}

/** The response to a frame that was not dispatched. `frame` is undefined if it could not be parsed. */
export function refusalOf(frame: Frame | undefined, refusal: RequestError, responseName?: string): ResponseFrame {
  const requestId = frame && echoOf(frame);
  return {
    "@class": responseName === undefined ? UNKNOWN_REQUEST : `.${responseName}`,
    ...(requestId !== undefined && { requestId }),
    error: refusal.pairs,
  };
}

/** Serializes a frame, or an error in its place if it is too large. */
export function textOf(frame: ResponseFrame, maxBytes: number): string {
  const text = JSON.stringify(frame);
  // A UTF-16 unit takes at most three bytes in UTF-8, so most texts need not be measured.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  return JSON.stringify(refusalOf(frame, responseTooLarge(maxBytes), frame["@class"].slice(1)));
}
