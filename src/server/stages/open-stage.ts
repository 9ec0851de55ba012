import type { Call, Services } from "../call.ts";

export async function openStage(services: Services, call: Call): Promise<void> {
  const { stage } = call.caller;
  call.openedStore = services.stores.opened(stage) ?? (await services.stores.open(stage));
}
