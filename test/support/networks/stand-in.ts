import type { Network, NetworkAccount } from "../../../src/publishers/publisher.ts";

/**
 * What happens to the next call that publishes. "hang": it is never answered, and nothing is published.
 * "drop-after-create": it publishes, and the connection is cut before the answer. "500" and "rate": it is refused as the
 * network documents it, and nothing is published. "token": the grant of the account has ended, for this and all later
 * calls, those that renew it included; `connect` makes a new one.
 */
export type NetworkFailure = "hang" | "drop-after-create" | "500" | "rate" | "token";

/** A network's stand-in as the tests of all networks use it. Each may have its own, wider interface beside it. */
export interface NetworkStandIn {
  readonly network: Network;
  readonly url: string;
  /** Settings of a server that point to it, complete for connecting accounts. */
  readonly settings: Record<string, unknown>;
  /** An account with credentials that work. Each call makes a new grant for the same account. */
  connect(): NetworkAccount;
  /** The posts that exist, oldest first. `id` is what `publish` returned. */
  posts(): { id: string; text: string }[];
  failNext(how: NetworkFailure): void;
  close(): Promise<void>;
}

/** Starts one on this machine. `now` is the tests' clock, in milliseconds since 1970; default Date.now. */
export type StartNetwork = (now?: () => number) => Promise<NetworkStandIn>;
