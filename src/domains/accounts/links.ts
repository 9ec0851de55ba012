import type { SystemId } from "../../providers/provider.ts";

/** The `_id` of a link: one external account has one owner at most. */
export function linkKey(systemId: SystemId, externalId: string): string {
  return `${systemId}:${externalId}`;
}
