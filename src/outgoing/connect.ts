import { isIP, type LookupFunction } from "node:net";
import type { buildConnector } from "undici";
import { OutgoingError } from "./errors.ts";
import type { Resolve } from "./names.ts";

export interface ConnectOptions {
  /** Whether a socket may be opened to an address. */
  mayConnect(address: string): boolean;
  resolve: Resolve;
  /** Ends look-ups and attempts to connect. */
  signal: AbortSignal;
  /** Called with each host before it is looked up. */
  onHost(host: string): void;
}

/**
 * How undici opens a socket: to permitted addresses only. The addresses that were checked are the ones that Node connects
 * to, as no other look-up follows. Redirects open their sockets here too.
 */
export function checkedConnector(
  build: typeof buildConnector,
  { mayConnect, resolve, signal, onHost }: ConnectOptions,
): buildConnector.connector {
  const lookup: LookupFunction = (host, { all }, done) => {
    resolve(host, signal).then(
      (found) => {
        const usable = found.filter(({ address }) => mayConnect(address));
        const [first] = usable;
        if (!first) done(found.length > 0 ? privateAddress(host) : notFound(host), "", 0);
        else if (all) done(null, usable);
        else done(null, first.address, first.family);
      },
      () => done(notFound(host), "", 0),
    );
  };
  // No session of TLS is resumed. The deadline is the signal's, and HTTP/2 would need a second look at every bound.
  const connect = build({
    allowH2: false,
    maxCachedSessions: 0,
    timeout: 0,
    rejectUnauthorized: true,
    lookup,
    signal,
  });
  return (options, done) => {
    onHost(options.hostname);
    // Node looks up names only.
    if (isIP(options.hostname) !== 0 && !mayConnect(options.hostname)) {
      done(privateAddress(options.hostname), null);
      return;
    }
    connect(options, done);
  };
}

function privateAddress(host: string): OutgoingError {
  return new OutgoingError(
    "refused",
    `${host} has a private address, which the server's settings do not let scripts call.`,
  );
}

function notFound(host: string): OutgoingError {
  return new OutgoingError("unreachable", `${host} could not be found.`);
}
