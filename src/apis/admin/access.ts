import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Config } from "../../config.ts";
import { networkRule } from "../../outgoing/addresses.ts";
import { OwnHosts } from "./host.ts";

const LOOPBACK = "127.0.0.0/8,::1";
/** Added by proxies: the caller is not the peer of the connection. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"] as const;

export type AdminRefusal = "address" | "host" | "token";

/**
 * Who may call `/admin/`: connections from this machine or from `adminNetworks`, not through a proxy, addressed to this
 * server by its address or by one of its names (so that a web page cannot make a browser call it by a name of its own), and
 * with the token.
 */
export class AdminAccess {
  readonly #isInNetworks: (address: string) => boolean;
  readonly #ownHosts: OwnHosts;
  readonly #token: Buffer;

  constructor(config: Pick<Config, "host" | "publicUrl" | "adminNetworks">, token: string) {
    this.#isInNetworks = networkRule([LOOPBACK, config.adminNetworks].join(","));
    this.#ownHosts = new OwnHosts(config);
    this.#token = digest(token);
  }

  /** Why the request is refused; undefined if it is not. */
  refusal(headers: IncomingHttpHeaders, socket: Socket): AdminRefusal | undefined {
    const { remoteAddress = "", localAddress = "" } = socket;
    // A machine reaches its own other addresses from the same address.
    const isNear = remoteAddress !== "" && (remoteAddress === localAddress || this.#isInNetworks(remoteAddress));
    if (!isNear || FORWARDED.some((name) => headers[name] !== undefined)) return "address";
    if (!this.#ownHosts.has(headers.host, localAddress)) return "host";
    const [, sent = ""] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
    return timingSafeEqual(digest(sent), this.#token) ? undefined : "token";
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
