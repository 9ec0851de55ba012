import { isIP, type LookupFunction } from "node:net";
import type { buildConnector } from "undici";
import { OutgoingError } from "./errors.ts";
import type { Resolve } from "./names.ts";

export interface ConnectOptions {
  mayConnect(address: string): boolean;
  resolve: Resolve;
  signal: AbortSignal;
  onHost(host: string): void;
}

/** Opens sockets to permitted addresses only, redirects included. Node connects to the very addresses checked here. */
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
  // No TLS session is resumed. `signal` is the deadline. HTTP/2 is off because the limits were not checked for it.
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
    // Node does not call `lookup` for literal addresses.
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
    `${host} has a private address, which the setting scriptHttpPrivateNetworks does not permit.`,
  );
}

function notFound(host: string): OutgoingError {
  return new OutgoingError("unreachable", `The host name ${host} could not be resolved.`);
}
