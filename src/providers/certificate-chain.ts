import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { type ProviderCall, unavailable } from "./http.ts";
import type { ProviderContext } from "./provider.ts";

export interface CertificateSettings {
  /** Origin to fetch certificates from instead of the hosts in their URLs, for tests and mirrors. */
  certificateOrigin?: string;
  /** Certificates in PEM that are trusted in addition to Node's root certificates. */
  certificateAuthorities?: readonly string[];
}

/** An untrusted certificate; `message` says why. */
export class RefusedCertificate extends Error {
  override name = "RefusedCertificate";
}

const MAX_CERTIFICATE_BYTES = 16_384;
const MAX_INTERMEDIATES = 3;
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
/** Hosts that an issuer's certificate may be fetched from. */
const ISSUER_HOSTS = [".digicert.com", ".apple.com"];

/** Fetches a certificate (DER or PEM). Throws RefusedCertificate if it does not exist. */
export async function fetchCertificate(
  url: URL,
  { certificateOrigin }: CertificateSettings,
  context: ProviderContext,
): Promise<{ certificate: X509Certificate; maxAgeMs: number | undefined }> {
  const call: ProviderCall = {
    systemId: "GC",
    what: "certificate",
    url: certificateOrigin ? new URL(url.pathname, certificateOrigin) : url,
    headers: { accept: "*/*" },
    timeoutMs: context.timeoutMs,
    maxBytes: MAX_CERTIFICATE_BYTES,
  };
  const { status, headers, body } = await context.calls.send(call);
  if (status === 403 || status === 404 || status === 410)
    throw new RefusedCertificate("the certificate does not exist");
  if (status >= 400) throw unavailable(call, `responded with status ${status}`);
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])/.exec(headers.get("cache-control") ?? "")?.[1];
  try {
    return {
      certificate: new X509Certificate(body),
      maxAgeMs: maxAge === undefined ? undefined : Number(maxAge) * 1000,
    };
  } catch {
    throw unavailable(call, "the response is not a certificate");
  }
}

/**
 * Throws RefusedCertificate unless `leaf` is a current code signing certificate of Apple Inc. with an RSA key of at
 * least 2048 bits, and a chain of current authorities leads from it to a trusted root. Intermediates are fetched from
 * the issuer URL in each certificate; plain http is safe, as their signatures are checked.
 *
 * Not checked: revocation, path length and name constraints.
 */
export async function verifyChain(
  leaf: X509Certificate,
  settings: CertificateSettings,
  context: ProviderContext,
): Promise<void> {
  checkLeaf(leaf);
  const anchors = anchorsOf(settings);
  let current = leaf;
  for (let depth = 0; ; depth++) {
    checkCurrent(current, context.now());
    if (anchors.some((anchor) => isIssuedBy(current, anchor, context.now()))) return;
    if (depth === MAX_INTERMEDIATES) throw new RefusedCertificate("its certificate chain is too long");
    const { certificate: issuer } = await fetchCertificate(issuerUrl(current), settings, context);
    if (!isIssuedBy(current, issuer, context.now())) {
      throw new RefusedCertificate("its certificate chain is broken");
    }
    current = issuer;
  }
}

function checkLeaf(leaf: X509Certificate): void {
  const { O: organisation } = leaf.toLegacyObject().subject;
  if (typeof organisation !== "string" || !/^Apple,? Inc\.$/.test(organisation)) {
    throw new RefusedCertificate("its certificate is not Apple's");
  }
  if (!leaf.keyUsage?.includes(CODE_SIGNING)) throw new RefusedCertificate("its certificate is not for signing");
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new RefusedCertificate("its certificate's key is not an RSA key of at least 2048 bits");
  }
}

function checkCurrent(certificate: X509Certificate, now: number): void {
  if (!isCurrent(certificate, now))
    throw new RefusedCertificate("its certificate or an issuer's is not currently valid");
}

function isCurrent({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate, now: number): boolean {
  if (!issuer.ca || !isCurrent(issuer, now) || !certificate.checkIssued(issuer)) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false; // The key is of another type than the signature.
  }
}

function issuerUrl({ infoAccess }: X509Certificate): URL {
  const text = /^CA Issuers - URI:(\S+)$/m.exec(infoAccess ?? "")?.[1] ?? "";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isKnown = ISSUER_HOSTS.some((host) => url?.host.endsWith(host)) && /^https?:$/.test(url?.protocol ?? "");
  if (!url || !isKnown) throw new RefusedCertificate("its certificate's issuer is unknown");
  return url;
}

let roots: X509Certificate[] | undefined;

function anchorsOf({ certificateAuthorities = [] }: CertificateSettings): X509Certificate[] {
  roots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return [...certificateAuthorities.map((pem) => new X509Certificate(pem)), ...roots];
}
