import type { Duplex } from "node:stream";

/** An IPv4 address as a socket that takes IPv6 too tells it. */
const MAPPED = "::ffff:";

/**
 * The address of a connection's other end: `192.0.2.1` or `2001:db8::1`. Behind a proxy it is the proxy's: what headers
 * say is not believed, as anybody can send them. Undefined where the connection is gone.
 */
export function ipOf(wire: Duplex): string | undefined {
  const address = "remoteAddress" in wire ? wire.remoteAddress : undefined;
  if (typeof address !== "string") return undefined;
  return address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
}
