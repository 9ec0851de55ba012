import { accounts } from "../../src/domains/accounts/collections.ts";
import { connect } from "../../src/domains/accounts/connect.ts";
import { disconnect } from "../../src/domains/accounts/disconnect.ts";
import { accountsDomain } from "../../src/domains/accounts/index.ts";
import { linkKey } from "../../src/domains/accounts/links.ts";
import { register } from "../../src/domains/accounts/registration.ts";
import { newPlayerId, objectIdOf, type PlayerId, playerIdOf } from "../../src/ids.ts";
import { prepareCollections } from "../../src/kernel/domain.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";

/**
 * A process to be killed: disconnects players with many friends, one after the other, from Facebook, and writes a line
 * for each that is acknowledged. Arguments: the store's file, how many players, how many friends each.
 */
const [path, players, friends] = process.argv.slice(2);
const NEWCOMER = { currencies: [0, 0, 0, 0, 0, 0], now: 0 };
const store = await openEmbeddedStore({ path: path! });
await prepareCollections(accountsDomain, store);

const ids: PlayerId[] = [];
for (let n = 0; n < Number(players); n++) {
  const list = Array.from({ length: Number(friends) }, (_, i) => ({ id: `friend-${n}-${i}` }));
  await accounts(store).links.insertMany(
    list.map(({ id }) => ({
      _id: linkKey("FB", id),
      systemId: "FB",
      externalId: id,
      playerId: objectIdOf(newPlayerId()),
      connectedAt: new Date(0),
      friendships: 0,
    })),
  );
  const { _id } = await store.transaction((tx) => register(tx, { ...NEWCOMER, userName: `star-${n}` }, "hash"));
  const player = playerIdOf(_id);
  const profile = { id: `star-${n}`, token: "token", friends: list };
  await store.transaction((tx) =>
    connect(tx, player, { ...NEWCOMER, systemId: "FB", field: "accessToken", profile, flags: {}, segments: {} }),
  );
  ids.push(player);
}
process.stdout.write("ready\n");

for (const player of ids) {
  await store.transaction((tx) => disconnect(tx, player, "FB"));
  process.stdout.write(`${player}\n`);
}
process.stdout.write("done\n");
await store.close();
