import { isIP } from "node:net";
import type { Config } from "../../config.ts";

/**
 * The names and addresses under which browsers and commands reach this server. A page of another site can make a browser call
 * this server only by a name of its own. With `adminNetworks` any address will do, since the server may not know its own behind
 * a forwarded port.
 */
export class OwnHosts {
  readonly #names: readonly string[];
  readonly #anyAddress: boolean;

  constructor({ host, publicUrl, adminNetworks }: Pick<Config, "host" | "publicUrl" | "adminNetworks">) {
    const publicNames = publicUrl === "" ? [] : [new URL(publicUrl).hostname];
    this.#names = ["localhost", host.toLowerCase(), ...publicNames];
    this.#anyAddress = adminNetworks !== "";
  }

  /** @param header Host. @param localAddress of the connection */
  has(header: string | undefined, localAddress: string): boolean {
    const name = hostNameIn(header ?? "");
    if (isIP(name) === 0) return this.#names.includes(name);
    return this.#anyAddress || name === localAddress.replace(/^::ffff:(?=.*\.)/, "");
  }
}

/** The name or address, without port and brackets; "" if the header has another form. */
function hostNameIn(header: string): string {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(header) ?? [];
  return (address ?? name ?? "").toLowerCase();
}
