import type { SystemId } from "../../providers/provider.ts";

export function linkKey(systemId: SystemId, externalId: string): string {
  return `${systemId}:${externalId}`;
}
