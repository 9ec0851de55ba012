import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import { dyingBefore } from "../../support/dying-store.ts";
import { FakeClock, MINUTE_MS, startNode } from "./support.ts";

/**
 * As a process: sends the posts of a store that are due. It is killed by SIGKILL before its n-th operation on the store, and
 * exits with 0 if there were fewer.
 */
const [path, killAt, settings] = process.argv.slice(2) as [string, string, string];
const file = await openEmbeddedStore({ path });
const { store, reach } = dyingBefore(file, Number(killAt));
const clock = new FakeClock();
clock.advance(MINUTE_MS);
const { work } = startNode(store, JSON.parse(settings), clock);
await work();
reach();
await file.close();
process.exit(0);
