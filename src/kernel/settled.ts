import type { DomainService } from "./domain.ts";
import type { Kernel } from "./kernel.ts";

/** Resolves when the server works on nothing more but requests: jobs, scripts of players, messages. */
export async function settled(server: { services: Pick<Kernel, "jobs">; domains(): DomainService[] }): Promise<void> {
  await server.services.jobs.settled();
  // The later ones send messages, which the earlier ones deliver.
  for (const service of server.domains().reverse()) await service.settled?.();
}
