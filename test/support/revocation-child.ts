import { createLocalLocks } from "../../src/cluster/locks.ts";
import { accounts, disconnect } from "../../src/domains/accounts/index.ts";
import { AccountsService } from "../../src/domains/accounts/service.ts";
import { playerIdOf } from "../../src/ids.ts";
import { SERVER } from "../../src/kernel/actor.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { createLog } from "../../src/kernel/log.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Store } from "../../src/store/store.ts";
import { FakeClock, startRunner, type TestKind } from "../jobs/support.ts";
import { dyingBefore } from "./dying-store.ts";

export interface RevocationPlace {
  tokenKeys: string;
  /** The entry in a game's integrations. */
  facebook: Record<string, string>;
}

/** The jobs that revoke tokens, as one process runs them. */
export function startRevoking(store: Store, { tokenKeys, facebook }: RevocationPlace, clock = new FakeClock()) {
  // No more than the service reads: a child that loads every setting and the whole server starts in twice the time.
  const passwords = { passwordHashesAtOnce: 1, passwordHashesQueued: 1 };
  const others = { mongodbUrl: "", data: "", logLevel: "silent", providerTimeoutMs: 20_000 };
  const config = { tokenKeys, ...passwords, ...others } as unknown as Kernel["config"];
  const { jobs, linkTokens } = new AccountsService({
    ...{ clock, config },
    game: { integrations: { facebook } } as unknown as Kernel["game"],
    locks: createLocalLocks(),
    log: createLog(config),
    providerCalls: new ProviderCalls(),
  });
  return { ...startRunner(store, clock, ...(jobs as unknown as TestKind[])), linkTokens };
}

/**
 * As a process: disconnects the one player of a store from Facebook and runs the job that revokes the token. It is killed
 * by SIGKILL before its n-th operation on the store, and exits with 0 if there were fewer.
 */
if (process.argv[1]?.endsWith("revocation-child.ts")) {
  const [path, killAt, place] = process.argv.slice(2) as [string, string, string];
  const file = await openEmbeddedStore({ path });
  const { store, reach } = dyingBefore(file, Number(killAt));
  const { work } = startRevoking(store, JSON.parse(place));
  const player = playerIdOf((await accounts(file).players.findOne({}))!._id);
  await store.transaction((tx) => disconnect(tx, player, "FB", { by: SERVER, now: 0 }));
  await work();
  reach();
  await file.close();
  process.exit(0);
}
