import type { App } from "../app.ts";
import { AccountsService } from "../domains/accounts/index.ts";
import { createAdmin, FIRST_ADMIN, hasAdmin, isOwnMachine, newPassword } from "../domains/admins/index.ts";
import { SERVER } from "../kernel/actor.ts";
import type { Settings } from "../settings-schema.ts";

export interface FirstAdmin {
  name: string;
  /** Stored as a hash only. */
  password: string;
}

/**
 * Creates the first admin of the console, on a server that only this machine reaches. Elsewhere nobody would see the password
 * but the log, so an operator creates it. Undefined if there is an admin already.
 */
export async function createFirstAdmin(app: App, config: Settings): Promise<FirstAdmin | undefined> {
  if (config.console === "off" || !isOwnMachine(config)) return undefined;
  const { stores, clock, service } = app.services;
  const store = await stores.open(config.defaultStage);
  if (await hasAdmin(store)) return undefined;
  const password = newPassword();
  const hash = await service(AccountsService).passwords.hash(password);
  await store.transaction((tx) =>
    createAdmin(tx, { name: FIRST_ADMIN, role: "admin", hash }, { by: SERVER, now: clock.now() }),
  );
  return { name: FIRST_ADMIN, password };
}
