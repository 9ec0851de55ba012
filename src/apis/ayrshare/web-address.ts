import { isIP } from "node:net";
import type { Config } from "../../config.ts";
import { addressRule } from "../../outgoing/addresses.ts";

const MAX_LENGTH = 2_048;

/**
 * Why an address for the server to call is refused; undefined if it may be used. It is https, or http to an address that
 * `scriptHttpPrivateNetworks` permits, such as one of this machine in tests. Names are resolved when the call is made.
 */
export function addressProblem(
  text: string,
  { scriptHttpPrivateNetworks }: Pick<Config, "scriptHttpPrivateNetworks">,
): string | undefined {
  if (text.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters.`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPermitted = url?.protocol === "http:" && isPrivate(url.hostname, scriptHttpPrivateNetworks);
  if (!url || !(url.protocol === "https:" || isPermitted)) return "must be an https URL.";
  return url.username !== "" || url.password !== "" ? "must not contain a user name or password." : undefined;
}

function isPrivate(hostname: string, networks: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return networks !== "" && isIP(host) !== 0 && addressRule(networks)(host) && !addressRule("")(host);
}
