import type { Services } from "../server/call.ts";

/** Resolves when nothing of the server is under way any more but requests: modules, system scripts, messages. */
export async function settled(services: Pick<Services, "schedules" | "systemScripts" | "messages">): Promise<void> {
  const { schedules, systemScripts, messages } = services;
  await Promise.all([schedules.settled(), systemScripts.settled()]);
  // Those sent messages.
  await messages.settled();
}
