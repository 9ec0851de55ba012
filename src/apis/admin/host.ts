import { isIP } from "node:net";

/**
 * Whether the header Host names this server: by the address of the connection, as localhost, or by the name that it listens
 * on. A page of another site can make a browser call this server only by a name of its own.
 */
export function namesServer(header: string | undefined, host: string, localAddress: string): boolean {
  const name = hostNameIn(header ?? "");
  if (isIP(name) === 0) return name === "localhost" || (name !== "" && name === host.toLowerCase());
  return name === localAddress.replace(/^::ffff:(?=.*\.)/, "");
}

/** The name or address, without port and brackets; "" if the header has another form. */
function hostNameIn(header: string): string {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(header) ?? [];
  return (address ?? name ?? "").toLowerCase();
}
