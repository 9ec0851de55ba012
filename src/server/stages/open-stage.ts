import type { Call, Services } from "../call.ts";

/** Gets the database of the caller's stage, which is opened for the first request that needs it. */
export async function openStage(services: Services, call: Call): Promise<void> {
  const { stage } = call.caller;
  call.openedStore = services.stores.opened(stage) ?? (await services.stores.open(stage));
}
