import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";

/**
 * Writes X.509 certificates, which node:crypto only reads: as much of DER as the stand-in for Game Center needs. Issuer
 * keys are RSA or EC; signatures are over SHA-256.
 */
export interface CertificateRequest {
  commonName: string;
  organisation: string;
  publicKey: KeyObject;
  issuer: { commonName: string; organisation: string; privateKey: KeyObject };
  validFrom: Date;
  validTo: Date;
  /** Whether the certificate may issue others. */
  isAuthority?: boolean;
  /** Whether it is for code signing. */
  isCodeSigning?: boolean;
  /** Where its issuer's certificate lies. */
  issuerUrl?: string;
}

/** The certificate in DER. */
export function writeCertificate(request: CertificateRequest): Buffer {
  const { issuer } = request;
  const algorithm =
    issuer.privateKey.asymmetricKeyType === "rsa"
      ? sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05))
      : sequence(oid("1.2.840.10045.4.3.2"));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and no leading zero
  const toBeSigned = sequence(
    tlv(0xa0, integer(Buffer.of(2))),
    integer(serial),
    algorithm,
    name(issuer),
    sequence(time(request.validFrom), time(request.validTo)),
    name(request),
    request.publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensionsOf(request))),
  );
  return sequence(toBeSigned, algorithm, bitString(sign("sha256", toBeSigned, issuer.privateKey)));
}

export function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function extensionsOf({ publicKey, isAuthority, isCodeSigning, issuerUrl }: CertificateRequest): Buffer[] {
  const keyId = createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();
  const extensions = [
    extension("2.5.29.14", tlv(0x04, keyId)),
    extension("2.5.29.19", sequence(...(isAuthority ? [tlv(0x01, Buffer.of(0xff))] : []))),
  ];
  if (isCodeSigning) extensions.push(extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.3"))));
  if (issuerUrl) {
    const access = sequence(oid("1.3.6.1.5.5.7.48.2"), tlv(0x86, Buffer.from(issuerUrl, "ascii")));
    extensions.push(extension("1.3.6.1.5.5.7.1.1", sequence(access)));
  }
  return extensions;
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}

function name({ commonName, organisation }: { commonName: string; organisation: string }): Buffer {
  const attribute = (id: string, text: string) => tlv(0x31, sequence(oid(id), tlv(0x0c, Buffer.from(text, "utf8"))));
  return sequence(attribute("2.5.4.10", organisation), attribute("2.5.4.3", commonName));
}

/** GeneralizedTime, which node:crypto reads for any year. */
function time(date: Date): Buffer {
  return tlv(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, "")}`, "ascii"));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function integer(bytes: Buffer): Buffer {
  return tlv(0x02, bytes);
}

function bitString(bytes: Buffer): Buffer {
  return tlv(0x03, Buffer.of(0), bytes);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : longLength(content.length);
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function longLength(length: number): number[] {
  const bytes: number[] = [];
  for (let left = length; left > 0; left >>>= 8) bytes.unshift(left & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
