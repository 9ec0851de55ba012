import type { Config } from "../config.ts";
import type { OutgoingOptions } from "./outgoing.ts";

/** What the settings say of requests that scripts send. */
export function outgoingOptions(config: Config): OutgoingOptions {
  return {
    timeoutMs: config.scriptHttpTimeoutMs,
    maxRequestBytes: config.scriptHttpRequestBytes,
    maxResponseBytes: config.scriptHttpResponseBytes,
    privateNetworks: config.scriptHttpPrivateNetworks,
  };
}
