import "reflect-metadata";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export interface CertificateRequest {
  commonName: string;
  organisation?: string;
  publicKey: KeyObject;
  issuer: CertificateIssuer;
  validFrom: Date;
  validTo: Date;
  /** Whether the certificate may issue others. */
  isAuthority?: boolean;
  /** Whether it is for code signing. */
  isCodeSigning?: boolean;
  /** Where its issuer's certificate can be fetched. */
  issuerUrl?: string;
  /** Host names and addresses that it is for. */
  hosts?: readonly string[];
}

export interface CertificateIssuer {
  commonName: string;
  organisation?: string;
  /** Of the curve P-256. */
  privateKey: KeyObject;
}

const SIGNING = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate in DER and PEM, for servers and signers of tests. */
export async function writeCertificate(request: CertificateRequest): Promise<{ der: Buffer; pem: string }> {
  const { publicKey, issuer, validFrom, validTo, isAuthority = false, isCodeSigning, issuerUrl, hosts } = request;
  const certificate = await X509CertificateGenerator.create({
    subject: nameOf(request),
    issuer: nameOf(issuer),
    notBefore: validFrom,
    notAfter: validTo,
    publicKey: publicKey.export({ type: "spki", format: "der" }),
    signingKey: issuer.privateKey.toCryptoKey(SIGNING, false, ["sign"]),
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(isAuthority),
      ...(isCodeSigning ? [new ExtendedKeyUsageExtension([ExtendedKeyUsage.codeSigning])] : []),
      ...(issuerUrl ? [new AuthorityInfoAccessExtension({ caIssuers: issuerUrl })] : []),
      ...(hosts ? [new SubjectAlternativeNameExtension(hosts.map(hostOf))] : []),
    ],
  });
  return { der: Buffer.from(certificate.rawData), pem: certificate.toString("pem") };
}

function nameOf({ commonName, organisation }: { commonName: string; organisation?: string }) {
  return [...(organisation ? [{ O: [organisation] }] : []), { CN: [commonName] }];
}

function hostOf(value: string) {
  return { type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value };
}
