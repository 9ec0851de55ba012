import type { DomainService } from "./domain.ts";
import type { Kernel } from "./kernel.ts";

/** Resolves when the server has no work left besides requests: jobs, scripts of players, messages. */
export async function settled(server: { services: Pick<Kernel, "jobs">; domains(): DomainService[] }): Promise<void> {
  await server.services.jobs.settled();
  // In reverse order: later domains send messages, which earlier ones deliver.
  for (const service of server.domains().reverse()) await service.settled?.();
}
