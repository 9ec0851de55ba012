import { accounts, connect, register } from "../../../src/domains/accounts/index.ts";
import { createKey, GAME_ORGANIZATION, GAME_PROJECT, type Scope, social } from "../../../src/domains/social/index.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../../src/ids.ts";
import type { ApisApp, Received } from "../../support/apis.ts";

const by = { door: "command line" } as const;

/** What a refusal says: status, code, and its details. */
export const refusal = ({ status, body }: Received) => [status, body.error?.code, body.error?.details];

/** The paths of the members that are refused. */
export const issues = ({ body }: Received): string[] =>
  body.error.details.issues.map(({ path }: { path: string }) => path);

/** A key of the game's own organization, to which the players' links belong. */
export function gameKey({ app, store }: ApisApp, ...scopes: (Scope | "*")[]): Promise<string> {
  const key = { organizationId: GAME_ORGANIZATION, projectId: GAME_PROJECT, name: "Game", scopes };
  return store.transaction(async (tx) => (await createKey(tx, "preview", key, { by, now: app.clock.now() })).text);
}

export type Way = "password" | "derived userName" | "none";

/**
 * A player with a Facebook link. It has a password, or a userName that was derived from the account, or neither, so that
 * the link is its only way to log in. Returns the social account's id as Layers has it.
 */
export async function linkedPlayer({ app, store }: ApisApp, externalId: string, way: Way) {
  const now = app.clock.now();
  const link = {
    ...{
      systemId: "FB" as const,
      field: "accessToken",
      flags: {},
      segments: {},
      currencies: [0, 0, 0, 0, 0, 0],
      by,
      now,
    },
    profile: { id: externalId, friends: [] },
    tokens: { token: "sealed", tokenExpires: new Date(now + 86_400_000) },
  };
  const player = await store.transaction(async (tx): Promise<PlayerId> => {
    const newcomer = { currencies: [0, 0, 0, 0, 0, 0], by, now, userName: `user-${externalId}` };
    const current = way === "password" ? playerIdOf((await register(tx, newcomer, "hash"))._id) : undefined;
    return (await connect(tx, current, link)).player;
  });
  if (way === "none") {
    await accounts(store).players.updateOne({ _id: objectIdOf(player) }, { $unset: { userNameSource: "" } });
  }
  const account = await social(store).accounts.findOne({ playerId: objectIdOf(player), status: "connected" });
  return { player, socialAccountId: `sa_${account!._id}`, account: account! };
}
