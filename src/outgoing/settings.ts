import type { Config } from "../config.ts";
import { SettingsError } from "../setting.ts";
import { networkRule } from "./addresses.ts";
import type { OutgoingOptions } from "./outgoing.ts";

/** @throws SettingsError */
export function outgoingOptions(config: Config): OutgoingOptions {
  const { scriptHttpPrivateNetworks: privateNetworks } = config;
  requireNetworks("scriptHttpPrivateNetworks", privateNetworks);
  return {
    timeoutMs: config.scriptHttpTimeoutMs,
    maxRequestBytes: config.scriptHttpRequestBytes,
    maxResponseBytes: config.scriptHttpResponseBytes,
    privateNetworks,
  };
}

/** @throws SettingsError with the setting's name */
export function requireNetworks(setting: keyof Config, networks: string): void {
  try {
    networkRule(networks);
  } catch (error) {
    throw new SettingsError(`${setting}: ${(error as Error).message}`);
  }
}
