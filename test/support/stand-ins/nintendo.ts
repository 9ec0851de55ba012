import { type LoopbackServer, startLoopbackServer } from "../../../examples/starter/stand-ins/loopback.ts";
import { NINTENDO_AUDIENCE } from "../../../src/providers/nintendo.ts";
import { type IdTokenSigner, idTokenSigner } from "./id-tokens.ts";

/** A stand-in for Nintendo's account service on this machine: it signs NSA ID tokens and publishes its keys. */
export interface NintendoStandIn extends LoopbackServer {
  readonly signer: IdTokenSigner;
  /** What Nintendo's token says of a user of the application. */
  claims(id: string, more?: Record<string, unknown>): Record<string, unknown>;
}

export async function startNintendoStandIn(applicationId: string, now: () => number): Promise<NintendoStandIn> {
  const signer = idTokenSigner();
  const server = await startLoopbackServer(0, ({ path }) =>
    path === "/1.0.0/certificates" ? { body: signer.keys } : { status: 404, body: {} },
  );
  const claims = (id: string, more: Record<string, unknown> = {}) => {
    const seconds = Math.floor(now() / 1000);
    return {
      ...{ iss: server.url, aud: NINTENDO_AUDIENCE, sub: id, "bs:did": `login-${id}`, typ: "id_token" },
      ...{ iat: seconds, exp: seconds + 10_800, jti: "164eea2b-508c-47d0-9d48-9eca1cac0f56" },
      nintendo: { ai: applicationId, av: "0007", at: seconds, edi: "84e16d390427028b3788ef082d342ce0" },
      ...more,
    };
  };
  return { ...server, signer, claims };
}
