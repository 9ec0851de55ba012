import { publisherOf } from "../../publishers/index.ts";
import {
  type AnyPublisher,
  type Connecting,
  type Network,
  OutcomeUnknown,
  PublishRefused,
} from "../../publishers/publisher.ts";
import { ConnectFailed, type ConnectFailure, type FailureDetails } from "./failures.ts";

/** The way to connect that the settings allow, or the setting that is missing. */
export type Way = { way: Connecting<unknown> } | { missing: string };

/** @param hasConsumer the caller supplies a consumer pair, which only OAuth 1.0a takes */
export function wayOf(publisher: AnyPublisher, settings: Record<string, unknown>, hasConsumer: boolean): Way {
  const byCaller = hasConsumer ? publisher.connecting.find(({ kind }) => kind === "oauth1") : undefined;
  if (byCaller) return { way: byCaller };
  const missing = publisher.missing?.(settings);
  if (missing !== undefined) return { missing };
  const ways = publisher.connecting.map((way) => ({ way, missing: way.missing?.(settings) }));
  const complete = ways.find((each) => each.missing === undefined);
  if (complete) return { way: complete.way };
  return { missing: ways.find((each) => each.missing !== undefined)?.missing ?? "a way to connect accounts" };
}

const FAILURE_OF: Partial<Record<PublishRefused["kind"], ConnectFailure>> = {
  TOKEN: "NETWORK_REFUSED",
  PERMISSION: "NETWORK_REFUSED",
  CONTENT: "NETWORK_REFUSED",
  GONE: "NETWORK_REFUSED",
  RATE: "NETWORK_BUSY",
  NOT_CONFIGURED: "NOT_CONFIGURED",
};

/**
 * What a publisher threw, as a page shows it; another error is returned as it is. The network's own words are shown where
 * they say what to correct.
 */
export function failureOf(error: unknown, details: FailureDetails): unknown {
  if (error instanceof OutcomeUnknown) return new ConnectFailed("NETWORK_SILENT", { ...details, cause: error });
  if (!(error instanceof PublishRefused)) return error;
  const code = FAILURE_OF[error.kind] ?? "NETWORK_DOWN";
  return new ConnectFailed(code, {
    ...details,
    cause: error,
    ...(code === "NETWORK_REFUSED" && { reason: error.message }),
  });
}

/** As sentences name it. */
export function nameOfNetwork(network: Network): string {
  return publisherOf(network)?.name ?? network;
}
