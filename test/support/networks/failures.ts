import type { NetworkAnswer, NetworkRequest, NetworkServer } from "./server.ts";
import type { NetworkFailure } from "./stand-in.ts";

/** `failNext` of a stand-in, from how the network refuses and which of its calls publish. */
export function failuresOf(
  server: NetworkServer,
  network: {
    publishes(request: NetworkRequest): boolean;
    error: NetworkAnswer;
    rate: NetworkAnswer;
    endGrants(): void;
  },
): (how: NetworkFailure) => void {
  const troubles = { hang: "hang", "drop-after-create": "drop", 500: network.error, rate: network.rate } as const;
  return (how) => {
    if (how === "token") network.endGrants();
    else server.failNext(troubles[how], (request) => network.publishes(request));
  };
}

/** Tokens, codes and ids that no other test has, and that look like the network's. */
export function counterOf(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}${String(++count).padStart(4, "0")}`;
}
