import { accounts } from "../../src/domains/accounts/index.ts";
import {
  createKey,
  createProfile,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  getProject,
  hookedAccountId,
  layersAccountId,
} from "../../src/domains/social/index.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import { SERVER } from "../../src/kernel/actor.ts";
import type { Store } from "../../src/store/store.ts";
import { linkFriends } from "./seed.ts";

/** What each door calls a player's Facebook account. */
export interface Door {
  layers: string;
  hooked: string;
  profileKey: string;
}

/** An API key that may do everything. */
export async function makeKey(store: Store): Promise<string> {
  const values = { organizationId: GAME_ORGANIZATION, projectId: GAME_PROJECT, name: "bench", scopes: ["*"] };
  const by = { by: SERVER, now: Date.now() };
  return (await store.transaction((tx) => createKey(tx, "preview", values, by))).text;
}

/** A Profile-Key for each of the players. */
export async function makeProfileKeys(store: Store, players: readonly PlayerId[]): Promise<string[]> {
  const project = await getProject(store, GAME_ORGANIZATION, GAME_PROJECT);
  const by = { by: SERVER, now: Date.now() };
  const keys: string[] = [];
  for (const player of players) {
    const values = { title: player, player };
    keys.push((await store.transaction((tx) => createProfile(tx, project, values, by))).key);
  }
  return keys;
}

/** Links each player to a Facebook account without friends. */
export async function linkAll(store: Store, players: readonly PlayerId[]): Promise<Omit<Door, "profileKey">[]> {
  const doors: Omit<Door, "profileKey">[] = [];
  for (const player of players) {
    await linkFriends(store, { player, externalId: `of-${player}`, friends: 0 });
    const link = await accounts(store).links.findOne({ playerId: objectIdOf(player), systemId: "FB" });
    const id = link!.accountId!;
    doors.push({ layers: layersAccountId(id), hooked: hookedAccountId(id, "facebook") });
  }
  return doors;
}
