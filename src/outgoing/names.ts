import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface Address {
  address: string;
  family: number;
}

/**
 * All addresses of a host name, at least one.
 * @throws where there is none, or the signal ends it
 */
export type Resolve = (host: string, signal: AbortSignal) => Promise<Address[]>;

export interface NamesOptions {
  hostsFile?: string;
  /** Name servers as `address:port`; by default the system's. */
  servers?: readonly string[];
}

/** The first try's; each further one has more. */
const TRY_MS = 1_000;
const TRIES = 3;
/** For the other family after one has answered, as RFC 8305 has it. */
const GRACE_MS = 50;
const MAX_ADDRESSES = 16;

/**
 * Names by the hosts file, then by Node's own resolver, which waits on sockets. `dns.lookup`, undici's default, takes one
 * of the process's threads for as long as a name server is silent; two such names would hold up every other one.
 */
export function systemNames({ hostsFile = "/etc/hosts", servers }: NamesOptions = {}): Resolve {
  return async (host, signal) => {
    const name = host.toLowerCase().replace(/\.$/, "");
    const written = addressesIn(await readFile(hostsFile, "utf8").catch(() => ""), name);
    if (written.length > 0) return written.map(addressOf);
    if (/(^|\.)localhost$/.test(name)) return ["127.0.0.1", "::1"].map(addressOf);
    // Made for each name, so that the servers are those that the system has now.
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (servers) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener("abort", cancel);
    try {
      signal.throwIfAborted();
      const found = await ask(resolver, name);
      if (found.length === 0) throw new Error("There is no such name.");
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

/** Of the lines of a hosts file such as `127.0.0.1 localhost other # note`. */
function addressesIn(hosts: string, name: string): string[] {
  return hosts.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    return isIP(address) !== 0 && names.includes(name) ? [address] : [];
  });
}

function addressOf(address: string): Address {
  return { address, family: isIP(address) };
}
