import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/**
 * Signs ID tokens as a provider does, and as forgers do. Written without a JWT library, so that what the server's
 * library believes about the format is tested too.
 */
export interface IdTokenSigner {
  /** What the provider publishes, as a JSON Web Key Set. */
  readonly keys: { keys: Record<string, unknown>[] };
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): string;
  /** Signed with a key of the forger's, under the name of the published one. */
  forge(claims: Record<string, unknown>, header?: Record<string, unknown>): string;
  /** `alg: none`, no signature. */
  unsigned(claims: Record<string, unknown>): string;
  /** HS256 with the published key as the secret, which a careless verifier accepts. */
  confused(claims: Record<string, unknown>): string;
}

/** @param alg ES256 makes its key in no time; RS256 takes some tenths of a second */
export function idTokenSigner(alg: "RS256" | "ES256" = "ES256", kid = "stand-in-1"): IdTokenSigner {
  const [own, forger] = [keyPair(alg), keyPair(alg)];
  const by =
    (key: KeyObject) =>
    (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
      jwt({ alg, kid, typ: "JWT", ...header }, claims, (text) =>
        sign("sha256", text, { key, dsaEncoding: "ieee-p1363" }).toString("base64url"),
      );
  const pem = own.publicKey.export({ type: "spki", format: "pem" });
  return {
    keys: { keys: [{ ...createPublicKey(own.privateKey).export({ format: "jwk" }), kid, alg, use: "sig" }] },
    sign: by(own.privateKey),
    forge: by(forger.privateKey),
    unsigned: (claims) => jwt({ alg: "none", kid, typ: "JWT" }, claims, () => ""),
    confused: (claims) =>
      jwt({ alg: "HS256", kid, typ: "JWT" }, claims, (text) =>
        createHmac("sha256", pem).update(text).digest("base64url"),
      ),
  };
}

function keyPair(alg: "RS256" | "ES256"): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === "RS256") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function jwt(header: object, claims: object, signatureOf: (text: Buffer) => string): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${signatureOf(Buffer.from(text))}`;
}
