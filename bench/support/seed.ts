import { accounts, connect, createPlayer, linkKey, playerOfDevice } from "../../src/domains/accounts/index.ts";
import type { PlayerId } from "../../src/ids.ts";
import { SERVER } from "../../src/kernel/actor.ts";
import type { Store } from "../../src/store/store.ts";

const PER_TRANSACTION = 250;
const newcomer = { currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: Date.now() };

/** The devices `device-0`, `device-1`, … with a player each. */
export async function seedDevices(store: Store, count: number): Promise<void> {
  await inTransactions(store, count, async (tx, n) => {
    await playerOfDevice(tx, { deviceId: `device-${n}`, deviceOS: "IOS", segments: {} }, newcomer);
  });
}

/** The players whose Facebook ids are `friend-0`, `friend-1`, … */
export async function makeFriends(store: Store, count: number): Promise<void> {
  await inTransactions(store, count, async (tx, n) => {
    const { _id: playerId } = await createPlayer(tx, { ...newcomer, userName: `friend-${n}` });
    await accounts(tx).links.insertOne({
      _id: linkKey("FB", `friend-${n}`),
      systemId: "FB",
      externalId: `friend-${n}`,
      playerId,
      connectedAt: new Date(),
      friendships: 0,
    });
  });
}

/** Links the player to a Facebook account with the first `friends` of those players as friends there. */
export async function linkFriends(
  store: Store,
  { player, externalId, friends }: { player: PlayerId; externalId: string; friends: number },
): Promise<void> {
  const list = Array.from({ length: friends }, (_, n) => ({ id: `friend-${n}`, name: `Friend ${n}` }));
  const profile = { id: externalId, displayName: "Ada", friends: list };
  const connection = { systemId: "FB", field: "accessToken", profile, flags: {}, segments: {}, ...newcomer } as const;
  await store.transaction((tx) => connect(tx, player, connection));
}

async function inTransactions(
  store: Store,
  count: number,
  work: (tx: Parameters<Parameters<Store["transaction"]>[0]>[0], n: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += PER_TRANSACTION) {
    await store.transaction(async (tx) => {
      for (let n = from; n < Math.min(count, from + PER_TRANSACTION); n++) await work(tx, n);
    });
  }
}
