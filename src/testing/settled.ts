import type { App } from "../app.ts";

/** Resolves when the server works on nothing more but requests: jobs, system scripts, messages. */
export async function settled({ services, domains }: Pick<App, "services" | "domains">): Promise<void> {
  await services.jobs.settled();
  // The later ones send messages, which the earlier ones deliver.
  for (const service of domains().reverse()) await service.settled?.();
}
