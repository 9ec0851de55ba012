import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { HOSTS_FILE, HostsFile } from "./hosts-file.ts";

export interface Address {
  address: string;
  family: number;
}

/**
 * All addresses of a host name, at least one.
 * @throws where there is none, or the signal ends it
 */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly Address[]>;

export interface NamesOptions {
  hostsFile?: string;
  /** Whose `search` and `ndots` count. */
  resolverFile?: string;
  /** Name servers as `address:port`; the system's unless told. */
  servers?: readonly string[];
}

/** The first try's; each further one has more. */
const TRY_MS = 1_000;
const TRIES = 3;
/** For the other family after one has answered, as RFC 8305 has it. */
const GRACE_MS = 50;
const MAX_SEARCHED = 6;
const MAX_ADDRESSES = 16;

/**
 * Names by the hosts file, then by the system's name servers, without `getaddrinfo`: that takes a thread for as long as a
 * name server is silent, of which a process has two for look-ups, so that two such names would keep every other one
 * waiting, the database's too. Other sources that a system may have for names (NSS modules, mDNS) are not asked.
 */
export function systemNames(options: NamesOptions = {}): Resolve {
  const hosts = new HostsFile(options.hostsFile ?? HOSTS_FILE);
  const resolverFile = options.resolverFile ?? "/etc/resolv.conf";
  return async (host, signal) => {
    const name = host.toLowerCase().replace(/\.$/, "");
    const written = await hosts.addressesOf(name);
    if (written.length > 0) return addressesOf(written);
    if (name === "localhost" || name.endsWith(".localhost")) return addressesOf(["127.0.0.1", "::1"]);
    const names = host.endsWith(".") ? [name] : searched(name, await textOf(resolverFile));
    return ask(names, options.servers, signal);
  };
}

/** Asks for one name after the other until one has addresses. The servers are those that the system has now. */
async function ask(
  names: readonly string[],
  servers: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Address[]> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel);
  try {
    for (const name of names) {
      signal.throwIfAborted();
      const found = await addressesIn(resolver, name);
      if (found.length > 0) return addressesOf(found.slice(0, MAX_ADDRESSES));
    }
    throw new Error("There is no such name.");
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

async function addressesIn(resolver: Resolver, name: string): Promise<string[]> {
  const found: string[][] = [[], []];
  const asked = [resolver.resolve4(name), resolver.resolve6(name)].map(async (answer, at) => {
    found[at] = await answer;
  });
  const late = Promise.any(asked).then(() => delay(GRACE_MS));
  const all = Promise.allSettled(asked);
  await Promise.race([all, late.catch(() => all)]);
  return found.flat();
}

/** Which names a short one may stand for, in the order in which the system looks for them. */
function searched(name: string, resolverText: string): string[] {
  let domains: string[] = [];
  let dots = 1;
  for (const line of resolverText.split("\n")) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === "search" || word === "domain") domains = rest.slice(0, MAX_SEARCHED);
    const given = word === "options" ? rest.findLast((option) => /^ndots:\d{1,2}$/.test(option)) : undefined;
    if (given) dots = Number(given.slice("ndots:".length));
  }
  const longer = domains.map((domain) => `${name}.${domain.replace(/^\.|\.$/g, "")}`);
  return name.split(".").length > dots ? [name, ...longer] : [...longer, name];
}

async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function addressesOf(list: readonly string[]): Address[] {
  return list.map((address) => ({ address, family: isIP(address) }));
}
