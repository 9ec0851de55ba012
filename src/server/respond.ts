import type { RequestError } from "../errors.ts";
import { type Call, hasMembers } from "./call.ts";
import type { Frame, ResponseFrame } from "./frames.ts";
import { responseTooLarge } from "./refusals.ts";
import { echoOf } from "./request-id.ts";

/** The class of answers to what is no request the server knows. */
const UNKNOWN_REQUEST = ".GameSparksErrorResponse";

/** The response as it stands: the request's own fields, the requestId if one was sent, script data, errors. */
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
  // Some responses have script data of their own, such as the player's in AccountDetailsResponse.
  if (hasMembers(scriptData)) response.scriptData = { ...(response.scriptData as object | undefined), ...scriptData };
  if (refusal || hasMembers(scriptErrors)) response.error = { ...refusal?.pairs, ...scriptErrors };
  return response;
}

/** The answer to a frame that never became a call. `frame` is undefined where it could not even be read. */
export function refusalOf(frame: Frame | undefined, refusal: RequestError, responseName?: string): ResponseFrame {
  const requestId = frame && echoOf(frame);
  return {
    "@class": responseName === undefined ? UNKNOWN_REQUEST : `.${responseName}`,
    ...(requestId !== undefined && { requestId }),
    error: refusal.pairs,
  };
}

/** The frame as text; where that is longer than a response may be, a refusal in its place. */
export function textOf(frame: ResponseFrame, maxBytes: number): string {
  const text = JSON.stringify(frame);
  // A UTF-16 unit takes at most three bytes, so most texts need not be measured.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  return JSON.stringify(refusalOf(frame, responseTooLarge(maxBytes), frame["@class"].slice(1)));
}
