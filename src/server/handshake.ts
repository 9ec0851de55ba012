import { randomUUID } from "node:crypto";
import { settingsOf } from "../config.ts";
import { accountsSettings, issueToken, ownerOfToken, touchPlayer, useToken } from "../domains/accounts/index.ts";
import type { RequestError } from "../errors.ts";
import type { Credential, Game, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Address } from "./address.ts";
import type { Services } from "./call.ts";
import type { ClosingReason } from "./closing.ts";
import type { Frame, ResponseFrame } from "./frames.ts";
import { hmacMatches } from "./hmac.ts";
import { wrongSecret } from "./refusals.ts";
import type { Session, SessionIds } from "./session-ids.ts";

export const HANDSHAKE_REQUEST = "AuthenticatedConnectRequest";
export const HANDSHAKE_RESPONSE = "AuthenticatedConnectResponse";

/** Timing settings for clients: the SDKs' own defaults, in milliseconds except for the count. */
export const CLIENT_CONFIG = {
  retryBase: 2000,
  retryMax: 60_000,
  requestTimeout: 15_000,
  durableConcurrentRequests: 1,
  durableDrainInterval: 100,
  handshakeOffset: 2000,
};

/** A credential that a connection may belong to, and the secret that proves it. */
export interface Candidate {
  credential: Credential;
  secret: string;
}

/**
 * The credentials that an address can mean; empty if unknown. With `secure`, the secret is the whole text
 * "prefix:rest": either that is the credential's secret, or the prefix is its name and the rest its secret.
 */
export function candidatesFor(game: Game, address: Address): Candidate[] {
  if (address.apiKey !== game.apiKey) return [];
  const all = [...game.credentials.values()].filter(takesConnections);
  if (!address.secure) {
    const credential = all.find((c) => c.name === address.credential);
    return credential ? [{ credential, secret: credential.secret }] : [];
  }
  const prefix = address.credential;
  const found: Candidate[] = [];
  for (const credential of all) {
    const { name, secret } = credential;
    const colon = secret.indexOf(":");
    if (colon > 0 && (prefix === undefined || prefix === secret.slice(0, colon))) found.push({ credential, secret });
    if (prefix === undefined || prefix === name) found.push({ credential, secret: `${name}:${secret}` });
    if (prefix === undefined && name === "secure") found.push({ credential, secret });
  }
  return found;
}

/** A credential without a secret would let anyone in; SFTP is only for files. */
export function takesConnections({ type, secret }: Credential): boolean {
  return secret !== "" && type.toLowerCase() !== "sftp";
}

export interface HandshakeSuccess {
  credential: Credential;
  secret: string;
  session: Session;
  player: PlayerId | undefined;
  response: ResponseFrame;
}

/** A failed handshake: the refusal to send, if any, and why the socket is closed. */
export interface HandshakeFailure {
  refusal: RequestError | undefined;
  close: ClosingReason;
}

export class Handshake {
  readonly nonce = randomUUID();
  readonly #candidates: Candidate[];

  constructor(candidates: Candidate[]) {
    this.#candidates = candidates;
  }

  async answer(
    services: Services,
    ids: SessionIds,
    stage: Stage,
    frame: Frame,
  ): Promise<HandshakeSuccess | HandshakeFailure> {
    const proven = this.#candidates.find(({ secret }) => hmacMatches(frame.hmac, this.nonce, secret));
    if (!proven) return { refusal: wrongSecret(), close: "handshake" };
    const { credential, secret } = proven;
    let known: Reauthentication | undefined;
    try {
      known = await reauthenticate(services, stage, credential, frame);
    } catch (err) {
      // The client forgets its token if a response has no authToken, and gives up if it has an error. So send nothing.
      services.log.error({ err, stage }, "handshake failed");
      return { refusal: undefined, close: "storeUnavailable" };
    }
    const session =
      ids.continue(frame.sessionId, stage, credential) ?? ids.begin(stage, credential, services.clock.now());
    const response: ResponseFrame = {
      "@class": `.${HANDSHAKE_RESPONSE}`,
      sessionId: session.id,
      ...(known && { authToken: known.authToken, userId: known.player }),
      clientConfig: CLIENT_CONFIG,
    };
    return { credential, secret, session, player: known?.player, response };
  }
}

interface Reauthentication {
  player: PlayerId;
  authToken: string;
}

/**
 * Signs in the owner of the authToken and issues a new token. The old one stays valid, as the client may not receive
 * the response. Undefined if there is no token or it is unknown or expired. One read; a valid token also costs a
 * transaction.
 */
async function reauthenticate(
  services: Services,
  stage: Stage,
  credential: Credential,
  frame: Frame,
): Promise<Reauthentication | undefined> {
  const { authToken: token } = frame;
  if (!credential.canHavePlayer || typeof token !== "string" || token === "" || token === "0") return undefined;
  const { config, clock, stores } = services;
  const store = stores.opened(stage) ?? (await stores.open(stage));
  const now = clock.now();
  const player = await ownerOfToken(store, token, now);
  if (player === undefined) return undefined;
  const authToken = await store.transaction(async (tx) => {
    if ((await useToken(tx, token, now)) !== player) return undefined;
    await touchPlayer(tx, player, now);
    return issueToken(tx, player, now, settingsOf(config, accountsSettings));
  });
  return authToken === undefined ? undefined : { player, authToken };
}
