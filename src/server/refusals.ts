import { RequestError } from "../errors.ts";
import type { Stage } from "../game/game.ts";

/**
 * Errors that belong to no single request: the server's own. GameSparks documented few of them, so most keys are this
 * server's choice (docs/compatibility/protocol.md). Each has a second key, `detail`: a sentence on what was wrong and
 * what to do about it.
 */
const refusal = (key: string, value: unknown, detail: string) => new RequestError({ [key]: value, detail });

export const malformedJson = () =>
  refusal("request", "MALFORMED_JSON", "The frame is not JSON. Send one JSON object as one text frame.");

export const badSignature = () =>
  refusal("request", "BAD_SIGNATURE", "The frame is not signed with secret and sessionId as the session's frames are.");

export const notAnObject = () =>
  refusal("request", "NOT_AN_OBJECT", "A request is a JSON object with an @class, or an array of such objects.");

export const tooDeep = (levels: number) =>
  refusal("request", "TOO_DEEP", `Objects and arrays may be nested ${levels} levels deep. Flatten the request.`);

export const tooLarge = (bytes: number) =>
  refusal("request", "TOO_LARGE", `A request may have ${bytes} bytes. Send less at once.`);

export const badRequestId = (length: number) =>
  refusal("requestId", "INVALID", `A requestId is a string of at most ${length} characters.`);

export const classRequired = () =>
  refusal("@class", "REQUIRED", 'Every request names its class, such as "@class": ".AccountDetailsRequest".');

export const unknownClass = () =>
  refusal(
    "@class",
    "UNKNOWN",
    "This server knows no request of that class. Check its spelling and the server's version.",
  );

export const noHandshake = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "The handshake is not done. Answer the nonce with an AuthenticatedConnectRequest first.",
  );

export const wrongSecret = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "The hmac does not fit. It is the base64 HMAC-SHA256 of the nonce, keyed by the credential's secret; check the secret.",
  );

export const handshakeDone = () =>
  refusal("authentication", "NOTAUTHORIZED", "The handshake of this socket is done. Open another socket for another.");

export const notAuthenticated = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "No player is signed in on this connection. Send an authentication request first.",
  );

export const wrongToken = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "The authToken is unknown or over, or not this player's. Authenticate for a new one.",
  );

export const playerIdRequired = () =>
  refusal("playerId", "REQUIRED", "A credential without a player of its own names in playerId whom it acts as.");

export const unknownPlayer = () => refusal("playerId", "UNKNOWN", "There is no player of that playerId.");

export const forbidden = (credential: string) =>
  refusal(
    "credential",
    "FORBIDDEN",
    `The credential ${credential} may not send this request. The game's settings say so.`,
  );

/** @param credential whose connections share the rate */
export const tooMany = (stage: Stage, perSecond: number, credential?: string) => {
  const who = credential === undefined ? "A connection" : `All connections of the credential ${credential} together`;
  return refusal(
    `RUNTIME_API_REQUESTS_${stage === "live" ? "LIVE" : "PREVIEW"}_SECOND`,
    "EXCEEDED",
    `${who} may send ${perSecond} requests a second on average. Wait, then send it again.`,
  );
};

export const busy = () =>
  refusal("server", "BUSY", "The server has too much to do. Send the request again in a moment.");

export const damaged = () =>
  refusal(
    "server",
    "DAMAGED",
    "The server's data file is damaged: nothing is written until its operator has restored it. Its log says how.",
  );

export const stopping = () =>
  refusal("server", "STOPPING", "The server is stopping. Connect again and send the request once more.");

export const responseTooLarge = (bytes: number) =>
  refusal("response", "TOO_LARGE", `The response would have more than ${bytes} bytes. Ask for less at once.`);

export const internal = (errorId: string) =>
  new RequestError({
    server: "INTERNAL",
    errorId,
    detail: "The server failed, which is no fault of the request. Its log tells more under this errorId.",
  });
