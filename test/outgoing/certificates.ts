import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

export interface Certificate {
  /** PEM. */
  cert: string;
  /** PEM. */
  key: string;
  subject: string;
  privateKey: KeyObject;
}

export interface CertificateOptions {
  subject: string;
  /** Host names and IPv4 addresses that it is for; none: it signs others. */
  names?: readonly string[];
  /** Its own signature unless told. */
  issuer?: Certificate;
  from?: Date;
  until?: Date;
}

const DAY_MS = 86_400_000;
const SEQUENCE = 0x30;
const SHA256_WITH_ECDSA = der(SEQUENCE, der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
const COMMON_NAME = Buffer.from("550403", "hex");
const BASIC_CONSTRAINTS = Buffer.from("551d13", "hex");
const ALTERNATIVE_NAMES = Buffer.from("551d11", "hex");

/** A certificate by X.509, version 3, with a key of its own: enough of it for TLS to take or refuse. */
export function certificate({ subject, names = [], issuer, from, until }: CertificateOptions): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signed = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    SHA256_WITH_ECDSA,
    nameOf(issuer?.subject ?? subject),
    der(SEQUENCE, time(from ?? new Date(Date.now() - DAY_MS)), time(until ?? new Date(Date.now() + DAY_MS))),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, names.length > 0 ? alternativeNames(names) : isAuthority())),
  );
  const signature = sign("sha256", signed, issuer?.privateKey ?? privateKey);
  const whole = der(SEQUENCE, signed, SHA256_WITH_ECDSA, der(0x03, Buffer.of(0), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g)!;
  return {
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    subject,
    privateKey,
  };
}

function alternativeNames(names: readonly string[]): Buffer {
  const each = names.map((name) =>
    isIP(name) === 4 ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name)),
  );
  return der(SEQUENCE, der(0x06, ALTERNATIVE_NAMES), der(0x04, der(SEQUENCE, ...each)));
}

function isAuthority(): Buffer {
  const yes = der(0x01, Buffer.of(0xff));
  return der(SEQUENCE, der(0x06, BASIC_CONSTRAINTS), yes, der(0x04, der(SEQUENCE, yes)));
}

function nameOf(text: string): Buffer {
  return der(SEQUENCE, der(0x31, der(SEQUENCE, der(0x06, COMMON_NAME), der(0x0c, Buffer.from(text)))));
}

/** As YYYYMMDDhhmmssZ, or without the century where the standard wants that. */
function time(date: Date): Buffer {
  const text = `${date.toISOString().replace(/[-:T]|\..*/g, "")}Z`;
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
