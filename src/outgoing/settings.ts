import type { Config } from "../config.ts";
import { SettingsError } from "../setting.ts";
import { addressRule } from "./addresses.ts";
import type { OutgoingOptions } from "./outgoing.ts";

/** @throws SettingsError */
export function outgoingOptions(config: Config): OutgoingOptions {
  const { scriptHttpPrivateNetworks: privateNetworks } = config;
  try {
    addressRule(privateNetworks);
  } catch (error) {
    throw new SettingsError(`scriptHttpPrivateNetworks: ${(error as Error).message}`);
  }
  return {
    timeoutMs: config.scriptHttpTimeoutMs,
    maxRequestBytes: config.scriptHttpRequestBytes,
    maxResponseBytes: config.scriptHttpResponseBytes,
    privateNetworks,
  };
}
