import type { X509Certificate } from "node:crypto";
import { type CertificateSettings, fetchCertificate, RefusedCertificate, verifyChain } from "./certificate-chain.ts";
import { type ProviderContext, ProviderRefusal, ProviderUnavailable } from "./provider.ts";

const MAX_ENTRIES = 16;
const MAX_CONCURRENT_FETCHES = 8;
const MIN_TTL_MS = 5 * 60_000;
const MAX_TTL_MS = 24 * 3_600_000;
const REFUSAL_TTL_MS = 60_000;

interface Entry {
  certificate: Promise<X509Certificate>;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/**
 * A cache of the certificates that sign for Game Center, fetched from the URL that the client names: an https URL of a
 * .cer file under .apple.com. Redirects are not followed. Certificates are verified by `verifyChain`.
 *
 * Keeps 16 certificates for as long as Apple's cache headers allow, between 5 minutes and a day; refusals for a minute.
 * Concurrent callers share a fetch; at most 8 run at once, a further one is ProviderUnavailable.
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
    if (!entry || entry.expiresAt <= context.now()) entry = this.#fetch(key, checked, settings, context);
    this.#entries.set(key, entry);
    this.#evictOldest();
    const certificate = await entry.certificate;
    if (context.now() > certificate.validToDate.getTime()) throw refused("its certificate has expired");
    return certificate;
  }

  #fetch(key: string, url: URL, settings: CertificateSettings, context: ProviderContext): Entry {
    if (this.#fetching >= MAX_CONCURRENT_FETCHES) {
      throw new ProviderUnavailable("GC", "GC certificate: too many certificates are being fetched");
    }
    this.#fetching++;
    const entry: Entry = { certificate: load(), expiresAt: Number.POSITIVE_INFINITY };
    const evict = () => this.#entries.get(key) === entry && this.#entries.delete(key);
    const done = () => {
      this.#fetching--;
    };
    entry.certificate.then(done, (error: unknown) => {
      done();
      if (error instanceof ProviderRefusal) entry.expiresAt = context.now() + REFUSAL_TTL_MS;
      else evict();
    });
    return entry;

    async function load(): Promise<X509Certificate> {
      try {
        const { certificate, maxAgeMs } = await fetchCertificate(url, settings, context);
        await verifyChain(certificate, settings, context);
        entry.expiresAt = context.now() + Math.min(Math.max(maxAgeMs ?? MIN_TTL_MS, MIN_TTL_MS), MAX_TTL_MS);
        return certificate;
      } catch (error) {
        throw error instanceof RefusedCertificate ? refused(error.message) : error;
      }
    }
  }

  #evictOldest(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}

/** Parses a URL that Apple could have issued. It must already be in normal form. */
function appleUrl(text: string): URL {
  const url = text.length <= 512 && URL.canParse(text) ? new URL(text) : undefined;
  const isApples =
    url?.protocol === "https:" &&
    url.host.endsWith(".apple.com") &&
    `${url.origin}${url.pathname}` === text &&
    url.pathname.endsWith(".cer");
  if (!url || !isApples) throw refused("publicKeyUrl is not an https URL of a .cer file on a host under .apple.com");
  return url;
}

function refused(reason: string): ProviderRefusal {
  return new ProviderRefusal("signature", "NOTAUTHENTICATED", `GC signature: ${reason}`);
}
