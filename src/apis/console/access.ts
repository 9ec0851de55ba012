import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Config } from "../../config.ts";
import type { OwnHosts } from "../admin/host.ts";

export type ConsoleRefusal = "HOST" | "ORIGIN" | "HEADER";

/** The header of every request that changes something. A form or an image of another site cannot send it. */
export const OWN_HEADER = "x-rekindle-console";

/**
 * Why a request cannot come from the console's own page; undefined if it can. The browser must have found the server by one of
 * its names, since a page could give it another one, and what changes something must come from a page of this server.
 */
export function refusalOfPage(
  { publicUrl }: Pick<Config, "publicUrl">,
  ownHosts: OwnHosts,
  { method, headers, socket }: { method: string; headers: IncomingHttpHeaders; socket: Socket },
): ConsoleRefusal | undefined {
  const { localAddress = "" } = socket;
  const { host, origin } = headers;
  const publicHost = hostOf(publicUrl);
  if (!ownHosts.has(host, localAddress)) return "HOST";
  if (method === "GET" || method === "HEAD") return undefined;
  if (origin !== undefined) {
    const from = hostOf(origin);
    if (from === undefined || (from !== host?.toLowerCase() && from !== publicHost)) return "ORIGIN";
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return "ORIGIN";
  return headers[OWN_HEADER] === "1" ? undefined : "HEADER";
}

/** Whether browsers reach the console by TLS, so that its cookie can be kept from plain HTTP. */
export function isSecure({ publicUrl }: Pick<Config, "publicUrl">, socket: Socket): boolean {
  return publicUrl.startsWith("wss://") || "encrypted" in socket;
}

/** Where the page's sockets may connect: this host, as a policy has it. Call after `refusalOfPage`. */
export function socketSources({ publicUrl }: Pick<Config, "publicUrl">, host: string): string {
  const hosts = new Set([host.toLowerCase(), hostOf(publicUrl) ?? host.toLowerCase()]);
  return [...hosts].flatMap((each) => [`ws://${each}`, `wss://${each}`]).join(" ");
}

/** Host and port in lower case, without the scheme's own port; undefined if it is no URL. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
