import type { DomainService } from "./domain.ts";

/** Resolves when the server works on nothing more but requests: modules, system scripts, messages. */
export async function settled({ domains }: { domains(): DomainService[] }): Promise<void> {
  // The later ones send messages, which the earlier ones deliver.
  for (const service of domains().reverse()) await service.settled?.();
}
