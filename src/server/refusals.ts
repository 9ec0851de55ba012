import { accountRefusals } from "../domains/accounts/index.ts";
import { messageRefusals } from "../domains/messages/index.ts";
import { catalogue, entriesOf, field, type Refusal, type RefusalOptions, RequestError } from "../errors.ts";
import type { Stage } from "../game/game.ts";
import type { ScriptFailure } from "../kernel/scripts/result.ts";

/**
 * The refusals that belong to no one request: the server's own. GameSparks documented few of them, so most keys are this
 * server's choice (docs/compatibility.md); each has a second key, `detail`: a sentence on what is wrong and what to do
 * about it.
 */
const refusals = catalogue({
  request: {
    MALFORMED_JSON: ["The frame is not JSON.", "Send one JSON object as one text frame."],
    BAD_SIGNATURE: ["The frame is not signed with secret and sessionId as the session's frames are.", "Sign it."],
    NOT_AN_OBJECT: ["A request is a JSON object with an @class, or an array of such objects.", "Send one."],
    TOO_DEEP: ["Objects and arrays are nested deeper than `maxRequestDepth`.", "Flatten the request."],
    TOO_LARGE: ["The request has more than `maxRequestBytes`.", "Send less at once."],
    INVALID: ["The form of a callback cannot be read, or has too many parameters.", "Check its content type."],
  },
  requestId: { INVALID: ["The requestId is not a string, or is too long.", "Send a shorter one."] },
  "@class": {
    REQUIRED: ["Every request names its class.", 'Send one, such as "@class": ".AccountDetailsRequest".'],
    UNKNOWN: ["This server knows no request of that class.", "Check its spelling and the server's version."],
  },
  playerId: {
    REQUIRED: ["A credential without a player of its own names in playerId the player it acts as.", "Send it."],
    UNKNOWN: ["There is no player of that playerId.", "Check it."],
  },
  credential: {
    FORBIDDEN: ["The game's settings do not allow this to the credential.", "Change them, or use another credential."],
  },
  RUNTIME_API_REQUESTS_PREVIEW_SECOND: { EXCEEDED: ["Requests come faster than the limits allow.", "Wait."] },
  RUNTIME_API_REQUESTS_LIVE_SECOND: { EXCEEDED: ["Requests come faster than the limits allow.", "Wait."] },
  response: { TOO_LARGE: ["The response would have more than `maxResponseBytes`.", "Ask for less at once."] },
  server: {
    BUSY: ["The server has too much to do.", "Send the request again in a moment."],
    DAMAGED: [
      "The server's data file is damaged: nothing is written until its operator has restored it.",
      "Its log says how.",
    ],
    STOPPING: ["The server is stopping.", "Connect again and send the request once more."],
    INTERNAL: ["The server failed, which is no fault of the request.", "Look for the `errorId` in its log."],
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
    LIMIT: ["A script of the game met a limit.", "See the server's log."],
    CRASH: ["The process that ran a script of the game ended.", "See the server's log."],
    UNAVAILABLE: ["No process was free to run a script of the game.", "Send it again."],
    CONFLICT: ["What a script of the game took from a player was taken by another one meanwhile.", "Send it again."],
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
    `Objects and arrays may be nested ${levels} levels deep. ${refusals.request.TOO_DEEP.cure}`,
  );

export const tooLarge = (bytes: number) =>
  refused(refusals.request.TOO_LARGE, `A request may have ${bytes} bytes. ${refusals.request.TOO_LARGE.cure}`);

export const unreadableForm = (detail: string) => refused(refusals.request.INVALID, detail);

export const badRequestId = (length: number) =>
  refused(refusals.requestId.INVALID, `A requestId is a string of at most ${length} characters.`);

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
  notAuthorized("The handshake is not done. Answer the nonce with an AuthenticatedConnectRequest first.");

export const wrongSecret = () =>
  notAuthorized(
    "The hmac does not fit. It is the base64 HMAC-SHA256 of the nonce, keyed by the credential's secret; check the secret.",
  );

export const handshakeDone = () =>
  notAuthorized("The handshake of this socket is done. Open another socket for another.");

export const notAuthenticated = () =>
  notAuthorized("No player is signed in on this connection. Send an authentication request first.");

export const wrongToken = () =>
  notAuthorized("The authToken is unknown or has expired, or is not this player's. Authenticate for a new one.");

export const unknownCredential = () => notAuthorized("Unknown api key or credential, or not its secret.");

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
    `${who} may send ${perSecond} requests a second on average. Wait, then send it again.`,
  );
};

export const busy = () => refused(refusals.server.BUSY);
export const damaged = () => refused(refusals.server.DAMAGED);
export const stopping = () => refused(refusals.server.STOPPING);

export const responseTooLarge = (bytes: number) =>
  refused(refusals.response.TOO_LARGE, `The response would have more than ${bytes} bytes. Ask for less at once.`);

export const internal = (errorId: string) =>
  refused(
    refusals.server.INTERNAL,
    "The server failed, which is no fault of the request. Its log tells more under this errorId.",
    { errorId },
  );

/** Where it failed, but not the exception's text, which may hold what clients must not see. */
export function scriptFailed(name: string, { kind, file = name, line }: ScriptFailure, runId: string): RequestError {
  const place = `${file}${line === undefined ? "" : `, line ${line}`}`;
  const detail = `A script of the game did not come to its end (${place}). The server's log tells more under ${runId}.`;
  return refused(refusals.script[codeOf(kind)], detail);
}

export const notRepeatable = (detail: string) => refused(refusals.script.NOT_REPEATABLE, detail);
export const noScript = (kind: string, name: string) =>
  refused(refusals.script.UNKNOWN, `The game has no script ${kind}/${name}.`);
/** What the script took away is no longer there, and the script cannot be run again. */
export const conflict = (cause: unknown) => refused(refusals.script.CONFLICT, undefined, { cause });

/** http-calls → HTTP_CALLS */
type Code<Kind extends string> = Uppercase<Kind extends `${infer One}-${infer Two}` ? `${One}_${Two}` : Kind>;
const codeOf = <Kind extends string>(kind: Kind) => kind.toUpperCase().replaceAll("-", "_") as Code<Kind>;
