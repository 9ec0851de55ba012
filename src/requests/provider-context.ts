import type { ProviderContext } from "../providers/provider.ts";
import type { RequestContext } from "./definition.ts";

export function providerContext({ clock, config, providerCalls }: RequestContext): ProviderContext {
  return {
    calls: providerCalls,
    now: () => clock.now(),
    timeoutMs: config.providerTimeoutMs,
    maxFriends: config.maxImportedFriends,
  };
}
