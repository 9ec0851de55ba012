import { accounts } from "../../src/domains/accounts/collections.ts";
import { disconnect } from "../../src/domains/accounts/disconnect.ts";
import { playerIdOf } from "../../src/ids.ts";
import { SERVER } from "../../src/kernel/actor.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";

/**
 * A process to be killed: disconnects the players of a store from Facebook, one after the other, and writes a line for each
 * that is acknowledged. Argument: the store's file.
 */
const [path] = process.argv.slice(2);
const store = await openEmbeddedStore({ path: path! });
const players = (await accounts(store).players.find({}).toArray()).map(({ _id }) => playerIdOf(_id));
process.stdout.write("ready\n");

for (const player of players) {
  await store.transaction((tx) => disconnect(tx, player, "FB", { by: SERVER, now: 0 }));
  process.stdout.write(`${player}\n`);
}
process.stdout.write("done\n");
await store.close();
