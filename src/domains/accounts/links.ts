import type { SystemId } from "../../providers/provider.ts";

/** The `_id` of a link. */
export function linkKey(systemId: SystemId, externalId: string): string {
  return `${systemId}:${externalId}`;
}
