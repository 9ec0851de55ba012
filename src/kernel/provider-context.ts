import type { ProviderContext } from "../providers/provider.ts";
import type { Kernel } from "./kernel.ts";

/** What a provider may use, from a server's kernel or the context of a request. */
export function providerContext({
  clock,
  config,
  providerCalls,
}: Pick<Kernel, "clock" | "config" | "providerCalls">): ProviderContext {
  return {
    calls: providerCalls,
    now: () => clock.now(),
    timeoutMs: config.providerTimeoutMs,
    maxFriends: config.maxImportedFriends,
  };
}
