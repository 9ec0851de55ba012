import { isIP } from "node:net";
import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";

type Network = [IPv4 | IPv6, number];

/** Global unicast. Nothing outside it is a host on the public internet. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * A predicate that allows public addresses and those in `networks`, such as "10.0.3.0/24, ::1".
 * @throws Error with a full sentence if an entry is invalid
 */
export function addressRule(networks: string): (address: string) => boolean {
  const isAllowed = networkRule(networks);
  return (address) => {
    const parsed = addressOf(address);
    return parsed !== undefined && (isPublic(parsed) || isAllowed(address));
  };
}

/** A predicate that allows the addresses in `networks` alone. @throws as `addressRule` */
export function networkRule(networks: string): (address: string) => boolean {
  const allowed = networks
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(networkOf);
  return (address) => {
    const parsed = addressOf(address);
    return parsed !== undefined && allowed.some((network) => isIn(parsed, network));
  };
}

function addressOf(address: string): IPv4 | IPv6 | undefined {
  // A zone ("fe80::1%eth0") names a local interface.
  if (isIP(address) === 0 || address.includes("%")) return undefined;
  return embedded(ipaddr.parse(address));
}

function isPublic(address: IPv4 | IPv6): boolean {
  if (address.range() !== "unicast") return false;
  return address.kind() === "ipv4" || isIn(address, PUBLIC_IPV6);
}

function isIn(address: IPv4 | IPv6, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** Unwraps an IPv4 address that is mapped (`::ffff:10.0.0.1`) or behind NAT64 (`64:ff9b::10.0.0.1`). */
function embedded(address: IPv4 | IPv6): IPv4 | IPv6 {
  if (address.kind() !== "ipv6") return address;
  const bytes = address.toByteArray();
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  const isTranslated = address.match(ipaddr.IPv6.parse("64:ff9b::"), 96);
  return isMapped || isTranslated ? new ipaddr.IPv4(bytes.slice(12)) : address;
}

function networkOf(text: string): Network {
  const [host = "", bits, ...rest] = text.split("/");
  const version = isIP(host);
  const width = version === 4 ? 32 : 128;
  const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || host.includes("%") || rest.length > 0 || !(length <= width)) {
    throw new Error(`"${text}" is neither an address nor a network such as 10.0.3.0/24.`);
  }
  return [ipaddr.parse(host), length];
}
