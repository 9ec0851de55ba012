import { RequestError } from "../errors.ts";
import type { Stage } from "../game/game.ts";

/** Errors that belong to no single request. Most keys are this server's own (docs/compatibility/protocol.md). */
const refusal = (key: string, value: unknown, detail: string) => new RequestError({ [key]: value, detail });

export const malformedJson = () =>
  refusal("request", "MALFORMED_JSON", "The frame is not JSON. Send one JSON object as one text frame.");

export const badSignature = () =>
  refusal("request", "BAD_SIGNATURE", "The frame's signature is wrong. Sign frames with the secret and the sessionId.");

export const notAnObject = () =>
  refusal("request", "NOT_AN_OBJECT", "A request must be a JSON object with an @class, or an array of such objects.");

export const tooDeep = (levels: number) =>
  refusal(
    "request",
    "TOO_DEEP",
    `Objects and arrays may be nested at most ${levels} levels deep. Flatten the request.`,
  );

export const tooLarge = (bytes: number) =>
  refusal("request", "TOO_LARGE", `A request may have at most ${bytes} bytes. Send a smaller request.`);

export const badRequestId = (length: number) =>
  refusal("requestId", "INVALID", `A requestId must be a string of at most ${length} characters.`);

export const classRequired = () =>
  refusal("@class", "REQUIRED", 'Every request must have a class, such as "@class": ".AccountDetailsRequest".');

export const unknownClass = () =>
  refusal(
    "@class",
    "UNKNOWN",
    "This server does not know this request class. Check its spelling and the server's version.",
  );

export const noHandshake = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "The handshake is not complete. Answer the nonce with an AuthenticatedConnectRequest first.",
  );

export const wrongSecret = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "The hmac is wrong. It must be the base64 HMAC-SHA256 of the nonce, keyed with the credential's secret. Check the secret.",
  );

export const handshakeDone = () =>
  refusal(
    "authentication",
    "NOTAUTHORIZED",
    "The handshake of this socket is already complete. Open another socket for another handshake.",
  );

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
    "The authToken is unknown, has expired or belongs to another player. Authenticate to get a new one.",
  );

export const playerIdRequired = () =>
  refusal("playerId", "REQUIRED", "A credential without a player must name the player in playerId.");

export const unknownPlayer = () => refusal("playerId", "UNKNOWN", "No player has this playerId.");

export const forbidden = (credential: string) =>
  refusal(
    "credential",
    "FORBIDDEN",
    `The game's settings do not allow the credential ${credential} to send this request.`,
  );

/** @param credential whose connections share the rate */
export const tooMany = (stage: Stage, perSecond: number, credential?: string) => {
  const who = credential === undefined ? "A connection" : `All connections of the credential ${credential} together`;
  return refusal(
    `RUNTIME_API_REQUESTS_${stage === "live" ? "LIVE" : "PREVIEW"}_SECOND`,
    "EXCEEDED",
    `${who} may send ${perSecond} requests per second on average. Wait, then send the request again.`,
  );
};

export const busy = () => refusal("server", "BUSY", "The server is overloaded. Send the request again in a moment.");

export const damaged = () =>
  refusal(
    "server",
    "DAMAGED",
    "The server's data file is damaged and must be restored by the operator; see the server's log. Nothing is written until then.",
  );

export const stopping = () =>
  refusal("server", "STOPPING", "The server is stopping. Reconnect and send the request again.");

export const responseTooLarge = (bytes: number) =>
  refusal("response", "TOO_LARGE", `The response would be larger than ${bytes} bytes. Request less data.`);

export const internal = (errorId: string) =>
  new RequestError({
    server: "INTERNAL",
    errorId,
    detail: "The server failed; the request is not at fault. See the server's log for this errorId.",
  });
