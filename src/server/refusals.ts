import { accountRefusals } from "../domains/accounts/index.ts";
import { messageRefusals } from "../domains/messages/index.ts";
import { catalogue, entriesOf, field, type Refusal, type RefusalOptions, RequestError } from "../errors.ts";
import type { Stage } from "../game/game.ts";
import type { ScriptFailure } from "../kernel/scripts/result.ts";

/** Errors that belong to no single request, each with a `detail`. Most keys are this server's own (docs/compatibility/protocol.md). */
const refusals = catalogue({
  request: {
    MALFORMED_JSON: ["The frame is not JSON.", "Send one JSON object as one text frame."],
    BAD_SIGNATURE: ["The frame's signature is wrong.", "Sign frames with the secret and the sessionId."],
    NOT_AN_OBJECT: [
      "The frame is not a request.",
      "A request must be a JSON object with an @class, or an array of such objects.",
    ],
    TOO_DEEP: ["Objects and arrays are nested deeper than `maxRequestDepth`.", "Flatten the request."],
    TOO_LARGE: ["The request has more than `maxRequestBytes`.", "Send a smaller request."],
    INVALID: ["The form of a callback cannot be read, or has too many parameters.", "Check its content type."],
  },
  requestId: { INVALID: ["The requestId is not a string, or is too long.", "Send a shorter one."] },
  "@class": {
    REQUIRED: ["Every request must have a class.", 'Send one, such as "@class": ".AccountDetailsRequest".'],
    UNKNOWN: ["This server does not know this request class.", "Check its spelling and the server's version."],
  },
  playerId: {
    REQUIRED: ["A credential without a player must name the player in playerId.", "Send it."],
    UNKNOWN: ["No player has this playerId.", "Check it."],
  },
  credential: {
    FORBIDDEN: ["The game's settings do not allow this to the credential.", "Change them, or use another credential."],
  },
  RUNTIME_API_REQUESTS_PREVIEW_SECOND: { EXCEEDED: ["Requests come faster than the limits allow.", "Wait."] },
  RUNTIME_API_REQUESTS_LIVE_SECOND: { EXCEEDED: ["Requests come faster than the limits allow.", "Wait."] },
  response: { TOO_LARGE: ["The response would be larger than `maxResponseBytes`.", "Request less data."] },
  server: {
    BUSY: ["The server is overloaded.", "Send the request again in a moment."],
    DAMAGED: [
      "The server's data file is damaged, and nothing is written until the operator has restored it.",
      "See the server's log.",
    ],
    STOPPING: ["The server is stopping.", "Reconnect and send the request again."],
    INTERNAL: ["The server failed; the request is not at fault.", "See the server's log for the `errorId`."],
  },
  script: {
    ERROR: ["A script of the game threw an error.", "See the server's log."],
    SYNTAX: ["A script of the game has a syntax error.", "See the server's log."],
    TIMEOUT: ["A script of the game ran too long.", "See the server's log."],
    CPU: ["A script of the game used too much processor time.", "See the server's log."],
    MEMORY: ["A script of the game used too much memory.", "See the server's log."],
    CALLS: ["A script of the game made too many calls.", "See the server's log."],
    HTTP_CALLS: ["A script of the game sent too many HTTP requests.", "See the server's log."],
    RESULT: ["A script of the game set more than a result can hold.", "See the server's log."],
    LIMIT: ["A script of the game exceeded a limit.", "See the server's log."],
    CRASH: ["The process that ran a script of the game ended.", "See the server's log."],
    UNAVAILABLE: ["No process was free to run a script of the game.", "Send it again."],
    CONFLICT: ["Another script changed the same player at the same time.", "Send the request again."],
    NOT_REPEATABLE: [
      "A script of a durable request was interrupted and cannot be continued.",
      "Send it again under another requestId.",
    ],
    UNKNOWN: ["The game has no script for the callback.", "Add it."],
  },
});

/** What any request can be refused with. */
export const generalRefusals: readonly Refusal[] = [
  accountRefusals.authentication.NOTAUTHORIZED,
  ...entriesOf(refusals),
  ...entriesOf(messageRefusals),
];

const refused = (refusal: Refusal, detail = `${refusal.meaning} ${refusal.cure}`, options: RefusalOptions = {}) =>
  new RequestError(refusal, { ...options, detail });

export const malformedJson = () => refused(refusals.request.MALFORMED_JSON);
export const badSignature = () => refused(refusals.request.BAD_SIGNATURE);
export const notAnObject = () => refused(refusals.request.NOT_AN_OBJECT);

export const tooDeep = (levels: number) =>
  refused(
    refusals.request.TOO_DEEP,
    `Objects and arrays may be nested at most ${levels} levels deep. ${refusals.request.TOO_DEEP.cure}`,
  );

export const tooLarge = (bytes: number) =>
  refused(refusals.request.TOO_LARGE, `A request may have at most ${bytes} bytes. ${refusals.request.TOO_LARGE.cure}`);

export const unreadableForm = (detail: string) => refused(refusals.request.INVALID, detail);

export const badRequestId = (length: number) =>
  refused(refusals.requestId.INVALID, `A requestId must be a string of at most ${length} characters.`);

/** @param problems the fields that are missing or of a wrong type */
export const badFields = (problems: readonly [name: string, value: "REQUIRED" | "INVALID"][], detail: string) =>
  new RequestError(
    problems.map(([name, value]) => field(name, value)),
    { detail },
  );

export const classRequired = () => refused(refusals["@class"].REQUIRED);
export const unknownClass = () => refused(refusals["@class"].UNKNOWN);

const notAuthorized = (detail: string) => refused(accountRefusals.authentication.NOTAUTHORIZED, detail);

export const noHandshake = () =>
  notAuthorized("The handshake is not complete. Answer the nonce with an AuthenticatedConnectRequest first.");

export const wrongSecret = () =>
  notAuthorized(
    "The hmac is wrong. It must be the base64 HMAC-SHA256 of the nonce, keyed with the credential's secret. Check the secret.",
  );

export const handshakeDone = () =>
  notAuthorized("The handshake of this socket is already complete. Open another socket for another handshake.");

export const notAuthenticated = () =>
  notAuthorized("No player is signed in on this connection. Send an authentication request first.");

export const wrongToken = () =>
  notAuthorized("The authToken is unknown, has expired or belongs to another player. Authenticate to get a new one.");

export const unknownCredential = () => notAuthorized("Unknown api key or credential, or wrong secret.");

export const playerIdRequired = () => refused(refusals.playerId.REQUIRED);
export const unknownPlayer = () => refused(refusals.playerId.UNKNOWN);

/** @param what the credential may not do */
export const forbidden = (credential: string, what: string) =>
  refused(refusals.credential.FORBIDDEN, `The game's settings do not allow ${what} to the credential ${credential}.`);

/** @param credential whose connections share the rate */
export const tooMany = (stage: Stage, perSecond: number, credential?: string) => {
  const who = credential === undefined ? "A connection" : `All connections of the credential ${credential} together`;
  return refused(
    refusals[`RUNTIME_API_REQUESTS_${stage === "live" ? "LIVE" : "PREVIEW"}_SECOND`].EXCEEDED,
    `${who} may send ${perSecond} requests per second on average. Wait, then send the request again.`,
  );
};

export const busy = () => refused(refusals.server.BUSY);
export const damaged = () => refused(refusals.server.DAMAGED);
export const stopping = () => refused(refusals.server.STOPPING);

export const responseTooLarge = (bytes: number) =>
  refused(refusals.response.TOO_LARGE, `The response would be larger than ${bytes} bytes. Request less data.`);

export const internal = (errorId: string) =>
  refused(
    refusals.server.INTERNAL,
    "The server failed; the request is not at fault. See the server's log for this errorId.",
    { errorId },
  );

/** Contains the position but not the exception's text, which may be confidential. */
export function scriptFailed(name: string, { kind, file = name, line }: ScriptFailure, runId: string): RequestError {
  const place = `${file}${line === undefined ? "" : `, line ${line}`}`;
  const detail = `A script of the game failed (${place}). See the server's log for ${runId}.`;
  return refused(refusals.script[codeOf(kind)], detail);
}

export const notRepeatable = (detail: string) => refused(refusals.script.NOT_REPEATABLE, detail);
export const noScript = (kind: string, name: string) =>
  refused(refusals.script.UNKNOWN, `The game has no script ${kind}/${name}.`);
/** The script's change no longer applies and it cannot be repeated. */
export const conflict = (cause: unknown) => refused(refusals.script.CONFLICT, undefined, { cause });

/** http-calls → HTTP_CALLS */
type Code<Kind extends string> = Uppercase<Kind extends `${infer One}-${infer Two}` ? `${One}_${Two}` : Kind>;
const codeOf = <Kind extends string>(kind: Kind) => kind.toUpperCase().replaceAll("-", "_") as Code<Kind>;
