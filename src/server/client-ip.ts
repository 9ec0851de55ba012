import type { Duplex } from "node:stream";

const MAPPED = "::ffff:";

/**
 * The peer's IP address. Behind a proxy it is the proxy's, because headers can be forged. Undefined once disconnected.
 */
export function ipOf(wire: Duplex): string | undefined {
  const address = "remoteAddress" in wire ? wire.remoteAddress : undefined;
  if (typeof address !== "string") return undefined;
  return address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
}
