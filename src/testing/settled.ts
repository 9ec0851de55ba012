import type { App } from "../app.ts";

/** Resolves when the server works on nothing more but requests: modules, system scripts, messages. */
export async function settled({ domains }: Pick<App, "domains">): Promise<void> {
  // The later ones send messages, which the earlier ones deliver.
  for (const service of domains().reverse()) await service.settled?.();
}
