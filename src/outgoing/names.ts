import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface Address {
  address: string;
  family: number;
}

/** @throws if the name has no address or the signal aborts */
export type Resolve = (host: string, signal: AbortSignal) => Promise<Address[]>;

export interface NamesOptions {
  hostsFile?: string;
  /** Name servers as `address:port`; default: the system's. */
  servers?: readonly string[];
}

/** Time-out of the first attempt; c-ares lengthens it for each further one. */
const TRY_MS = 1_000;
const TRIES = 3;
/** Wait for the other address family after one has resolved (RFC 8305). */
const GRACE_MS = 50;
const MAX_ADDRESSES = 16;

/**
 * Resolves names from the hosts file, then with Node's own resolver. `dns.lookup`, undici's default, blocks a thread of
 * the pool while a name server is silent, which delays every other look-up.
 */
export function systemNames({ hostsFile = "/etc/hosts", servers }: NamesOptions = {}): Resolve {
  return async (host, signal) => {
    const name = host.toLowerCase().replace(/\.$/, "");
    const written = addressesIn(await readFile(hostsFile, "utf8").catch(() => ""), name);
    if (written.length > 0) return written.map(addressOf);
    if (/(^|\.)localhost$/.test(name)) return ["127.0.0.1", "::1"].map(addressOf);
    // A new resolver for each name picks up changes of the system's name servers.
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (servers) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener("abort", cancel);
    try {
      signal.throwIfAborted();
      const found = await ask(resolver, name);
      if (found.length === 0) throw new Error("The name has no address.");
      return found.slice(0, MAX_ADDRESSES).map(addressOf);
    } finally {
      signal.removeEventListener("abort", cancel);
      cancel();
    }
  };
}

async function ask(resolver: Resolver, name: string): Promise<string[]> {
  const found: string[][] = [[], []];
  const asked = [resolver.resolve4(name), resolver.resolve6(name)].map(async (answer, at) => {
    found[at] = await answer;
  });
  const all = Promise.allSettled(asked);
  const late = Promise.any(asked).then(
    () => delay(GRACE_MS),
    () => all,
  );
  await Promise.race([all, late]);
  return found.flat();
}

/** Addresses for `name` in a hosts file with lines such as `127.0.0.1 localhost other # note`. */
function addressesIn(hosts: string, name: string): string[] {
  return hosts.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    return isIP(address) !== 0 && names.includes(name) ? [address] : [];
  });
}

function addressOf(address: string): Address {
  return { address, family: isIP(address) };
}
