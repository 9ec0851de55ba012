import type { X509Certificate } from "node:crypto";
import { type CertificateSettings, fetchCertificate, RefusedCertificate, verifyChain } from "./certificate-chain.ts";
import { type ProviderContext, ProviderRefusal, ProviderUnavailable } from "./provider.ts";

const MAX_ENTRIES = 16;
const MAX_FETCHES_AT_ONCE = 8;
const MIN_KEPT_MS = 5 * 60_000;
const MAX_KEPT_MS = 24 * 3_600_000;
/** A certificate that was refused is asked for again after this long. */
const REFUSED_KEPT_MS = 60_000;

interface Entry {
  certificate: Promise<X509Certificate>;
  /** Milliseconds since 1970. */
  keptUntil: number;
}

/**
 * The certificates whose keys sign for Game Center, fetched from the URL that a client names: https, a host under
 * .apple.com, no user, port, query or fragment, a path that ends in .cer. No redirect is followed.
 *
 * What is fetched must be a current code signing certificate of Apple Inc. whose chain ends at a trusted root, so that
 * a certificate that somebody else managed to put on an Apple host is worth nothing. Revocation is not checked.
 *
 * Kept: 16 certificates, as long as Apple's cache headers say, between 5 minutes and a day; refusals for a minute.
 * Callers that ask for the same URL at once share one fetch; at most 8 fetches run at once, a further one is refused.
 */
export class AppleCertificates {
  #entries = new Map<string, Entry>();
  #fetching = 0;

  /** Refusal: signature NOTAUTHENTICATED. */
  async find(url: string, settings: CertificateSettings, context: ProviderContext): Promise<X509Certificate> {
    const checked = appleUrl(url);
    const key = JSON.stringify([checked.href, settings.certificateOrigin, settings.certificateAuthorities]);
    let entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (!entry || entry.keptUntil <= context.now()) entry = this.#fetch(key, checked, settings, context);
    this.#entries.set(key, entry);
    this.#forgetOldest();
    const certificate = await entry.certificate;
    if (context.now() > certificate.validToDate.getTime()) throw refused("its certificate has expired");
    return certificate;
  }

  #fetch(key: string, url: URL, settings: CertificateSettings, context: ProviderContext): Entry {
    if (this.#fetching >= MAX_FETCHES_AT_ONCE) {
      throw new ProviderUnavailable("GC", "GC certificate: too many are being fetched");
    }
    this.#fetching++;
    const entry: Entry = { certificate: load(), keptUntil: Number.POSITIVE_INFINITY };
    const forget = () => this.#entries.get(key) === entry && this.#entries.delete(key);
    const done = () => {
      this.#fetching--;
    };
    entry.certificate.then(done, (error: unknown) => {
      done();
      if (error instanceof ProviderRefusal) entry.keptUntil = context.now() + REFUSED_KEPT_MS;
      else forget();
    });
    return entry;

    async function load(): Promise<X509Certificate> {
      try {
        const { certificate, maxAgeMs } = await fetchCertificate(url, settings, context);
        await verifyChain(certificate, settings, context);
        entry.keptUntil = context.now() + Math.min(Math.max(maxAgeMs ?? MIN_KEPT_MS, MIN_KEPT_MS), MAX_KEPT_MS);
        return certificate;
      } catch (error) {
        throw error instanceof RefusedCertificate ? refused(error.message) : error;
      }
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}

/** `text` as a URL that Apple could have given out, written exactly as a URL is written, so that nothing is normalised. */
function appleUrl(text: string): URL {
  const url = text.length <= 512 && URL.canParse(text) ? new URL(text) : undefined;
  const isApples =
    url?.protocol === "https:" &&
    url.host.endsWith(".apple.com") &&
    `${url.origin}${url.pathname}` === text &&
    url.pathname.endsWith(".cer");
  if (!url || !isApples) throw refused("publicKeyUrl is no https URL of a .cer file on a host under .apple.com");
  return url;
}

function refused(reason: string): ProviderRefusal {
  return new ProviderRefusal("signature", "NOTAUTHENTICATED", `GC signature: ${reason}`);
}
