import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { type LoopbackServer, startLoopbackServer } from "../../../examples/starter/stand-ins/loopback.ts";
import { type CertificateRequest, writeCertificate } from "../certificates.ts";

/**
 * A stand-in for Apple's side of Game Center on this machine: it signs players' identities with a key of its own, and
 * serves the certificate for it and that certificate's issuer. A server that is to believe it has `certificateOrigin`
 * and `certificateAuthorities` in its apple integration; the URLs that clients send name Apple's host all the same.
 *
 * The first one makes the RSA key of all, which takes some tenths of a second; their authorities differ.
 */
export interface GameCenterStandInOptions {
  /** Default: a free one. */
  port?: number;
  bundleId: string;
  /** Milliseconds since 1970; default Date.now. */
  now?(): number;
  /** Changes what the certificates say from what Apple's would, for tests. */
  certificate?(usual: CertificateRequest): CertificateRequest;
  issuerCertificate?(usual: CertificateRequest): CertificateRequest;
}

/** What a client sends in a GameCenterConnectRequest. */
export interface SignedIdentity {
  externalPlayerId: string;
  publicKeyUrl: string;
  signature: string;
  salt: string;
  timestamp: number;
}

export interface GameCenterStandIn extends LoopbackServer {
  /** For `integrations.apple`: bundleId, certificateOrigin and certificateAuthorities. */
  integration: { bundleId: string; certificateOrigin: string; certificateAuthorities: string[] };
  publicKeyUrl: string;
  signIdentity(
    externalPlayerId: string,
    more?: { timestamp?: number; bundleId?: string; algorithm?: "sha256" | "sha1" },
  ): SignedIdentity;
}

const CERTIFICATE_PATH = "/public-key/gc-stand-in.cer";
const ISSUER_PATH = "/StandInIntermediate.crt";
const DAY_MS = 86_400_000;

let signing: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

export async function startGameCenterStandIn(options: GameCenterStandInOptions): Promise<GameCenterStandIn> {
  const now = options.now ?? Date.now;
  const validity = { validFrom: new Date(now() - DAY_MS), validTo: new Date(now() + 365 * DAY_MS) };
  const root = authority("Stand-in Root");
  const intermediate = authority("Stand-in Intermediate");
  signing ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  const player = signing;

  const { pem } = await writeCertificate({ ...root, ...validity, issuer: root, isAuthority: true });
  const intermediateRequest = { ...intermediate, ...validity, issuer: root, isAuthority: true };
  const { der: intermediateDer } = await writeCertificate(
    options.issuerCertificate?.(intermediateRequest) ?? intermediateRequest,
  );
  const leafRequest: CertificateRequest = {
    commonName: "Apple Inc.",
    organisation: "Apple Inc.",
    publicKey: player.publicKey,
    issuer: intermediate,
    ...validity,
    isCodeSigning: true,
    issuerUrl: `http://cacerts.digicert.com${ISSUER_PATH}`,
  };
  const { der: leafDer } = await writeCertificate(options.certificate?.(leafRequest) ?? leafRequest);

  const server = await startLoopbackServer(options.port ?? 0, ({ path }) => {
    if (path === CERTIFICATE_PATH) return { body: leafDer, headers: { "cache-control": "max-age=3600" } };
    if (path === ISSUER_PATH) return { body: intermediateDer };
    return { status: 404, body: {} };
  });
  const publicKeyUrl = `https://static.gc.apple.com${CERTIFICATE_PATH}`;

  return {
    ...server,
    publicKeyUrl,
    integration: {
      bundleId: options.bundleId,
      certificateOrigin: server.url,
      certificateAuthorities: [pem],
    },
    signIdentity: (externalPlayerId, { timestamp = now(), bundleId = options.bundleId, algorithm = "sha256" } = {}) => {
      const salt = randomBytes(4);
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(timestamp));
      const payload = Buffer.concat([Buffer.from(externalPlayerId), Buffer.from(bundleId), time, salt]);
      const signature = sign(algorithm, payload, player.privateKey).toString("base64");
      return { externalPlayerId, publicKeyUrl, signature, salt: salt.toString("base64"), timestamp };
    },
  };
}

function authority(commonName: string) {
  return { commonName, organisation: "Stand-in", ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
}
