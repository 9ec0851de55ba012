import type { LoopbackServer } from "../../../examples/starter/stand-ins/loopback.ts";
import type { SystemId } from "../../../src/providers/provider.ts";

/** A user of an external system, as its stand-in is to know them. */
export interface StandInUser {
  id: string;
  name: string;
  /** Ids of friends, where the system has friends. Friends are users of the stand-in too. */
  friends?: readonly string[];
}

/** A provider's stand-in as the tests of all providers use it. Each has its own, wider interface beside it. */
export interface ProviderStandIn {
  readonly systemId: SystemId;
  readonly server: LoopbackServer;
  /** Entries of a game's `integrations` that point to it. */
  readonly integrations: Record<string, unknown>;
  /** Its users are verified by a signature alone, once the keys are known. */
  readonly isOffline?: true;
  /** The system has friends; the stand-in returns those of its users. */
  readonly hasFriends?: true;
  /** Makes the user, and returns what a client that is logged in there would send: the request's credentials. */
  logIn(request: string, user: StandInUser): Promise<Record<string, unknown>>;
  /** Credentials that are complete, and that the system does not accept; and the key they are refused by. */
  wrong(request: string): { credentials: Record<string, unknown>; key: string };
}

/** Starts one on this machine. `now` is the tests' clock. */
export type StartStandIn = (now: () => number) => Promise<ProviderStandIn>;
