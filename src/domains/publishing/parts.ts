import type { Kernel } from "../../kernel/kernel.ts";
import type { NetworkCalls } from "../../publishers/calls.ts";
import type { Semaphore } from "../../queues/semaphore.ts";
import type { LinkGrants } from "../accounts/index.ts";
import type { Networks } from "./networks.ts";
import type { Pacing } from "./pacing.ts";
import type { Secrets } from "./secrets.ts";

/** What the parts of this domain share. */
export type PublishingParts = Pick<Kernel, "clock" | "config" | "locks" | "log" | "outgoing"> & {
  readonly networks: Networks;
  readonly secrets: Secrets;
  /** Tokens of players' links. */
  readonly links: Pick<LinkGrants, "linkOf" | "open" | "refresh" | "grantOf">;
  readonly pacing: Pacing;
  readonly calls: NetworkCalls;
  /** Limits how many callers have media files in memory. */
  readonly mediaSlots: Semaphore;
};
