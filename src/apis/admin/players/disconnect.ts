import { Type } from "@sinclair/typebox";
import { accounts, disconnect, type PlayerDocument } from "../../../domains/accounts/index.ts";
import { type Refusal, RequestError } from "../../../errors.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../../ids.ts";
import { providers } from "../../../providers/index.ts";
import type { Documents } from "../../../store/store.ts";
import type { DisconnectPreview } from "../../console/types.ts";
import { player } from "../arguments.ts";
import { defineOperation, type OperationContext, OperationRefused } from "../operation.ts";
import { playerNamed } from "./player.ts";

const SAMPLE = 50;
/** Friendships that are compared before and after. */
const MAX_COMPARED = 20_000;

const system = Type.Union(
  providers.map(({ systemId }) => Type.Literal(systemId)),
  {
    description: "The two letters of the system.",
    wanted: `one of ${providers.map((one) => one.systemId).join(", ")}`,
  },
);

/** Runs the real disconnect in a transaction that is rolled back, so it cannot differ from it. */
export const previewDisconnect = defineOperation({
  name: "players disconnect-preview",
  summary: "Shows what disconnecting an account would remove, and which guard would refuse it. Changes nothing.",
  work: "trial",
  role: "support",
  arguments: Type.Object({ id: player, system }),
  positional: "id",
  async run(context, { id, system }): Promise<DisconnectPreview> {
    const { documents, by, now } = context;
    await playerNamed(documents, id);
    const before = await friendsVia(documents, id, system);
    let refusal: Refusal | undefined;
    const done = await disconnect(documents, id as PlayerId, system, { by, now })
      .catch((error: unknown) => {
        refusal = guardOf(error);
        return disconnect(documents, id as PlayerId, system, { by, now, isForced: true });
      })
      .catch((error: unknown) => {
        throw refused(guardOf(error));
      });
    const after = await friendsOf(documents, id);
    const lost = before.filter((friend) => !after.has(friend));
    return {
      system,
      externalId: done.externalId,
      ...(refusal && { refused: shownRefusal(refusal) }),
      friendsLost: done.friendsRemoved,
      friendsLostSample: await named(documents, lost.slice(0, SAMPLE)),
      friendsKept: before.length - lost.length,
      postsCanceled: done.canceledPosts,
      waysLeft: await waysIn(documents, await playerNamed(documents, id)),
    };
  },
});

export const disconnectPlayer = defineOperation({
  name: "players disconnect",
  summary: "Disconnects an external account from a player, by the rules of SocialDisconnectRequest.",
  work: "write",
  role: "support",
  arguments: Type.Object({
    id: player,
    system,
    force: Type.Optional(
      Type.Literal("yes", {
        description: "yes: even if the player can no longer log in. Needs the role admin.",
        wanted: "yes",
      }),
    ),
  }),
  positional: "id",
  async run({ documents, by, now, role }: OperationContext, { id, system, force }) {
    if (force && role !== "admin") throw new OperationRefused("force needs the role admin.", { code: "ROLE" });
    await playerNamed(documents, id);
    const options = { by, now, ...(force && { isForced: true }) };
    const done = await disconnect(documents, id as PlayerId, system, options).catch((error: unknown) => {
      throw refused(guardOf(error));
    });
    const { externalId, friendsRemoved, canceledPosts } = done;
    return { id, system, externalId, friendsLost: friendsRemoved, postsCanceled: canceledPosts };
  },
});

/** The refusal of a guard. @throws any other error */
function guardOf(error: unknown): Refusal {
  const [refusal] = error instanceof RequestError ? error.refusals : [];
  if (!refusal) throw error;
  return refusal;
}

function refused({ key, value, meaning, cure }: Refusal): OperationRefused {
  return new OperationRefused(`${meaning} ${cure} (${key}: ${value})`, { code: value });
}

function shownRefusal({ key, value, meaning, cure }: Refusal) {
  return { key, value, meaning, cure };
}

async function friendsVia(documents: Documents, id: string, system: string): Promise<string[]> {
  const self = objectIdOf(id as PlayerId);
  const found = accounts(documents).friendships.find({ players: self, via: system }, { limit: MAX_COMPARED });
  return (await found.toArray()).map(({ players }) => otherOf(players, id));
}

async function friendsOf(documents: Documents, id: string): Promise<Set<string>> {
  const self = objectIdOf(id as PlayerId);
  const found = accounts(documents).friendships.find({ players: self }, { limit: MAX_COMPARED });
  return new Set((await found.toArray()).map(({ players }) => otherOf(players, id)));
}

function otherOf([one, other]: readonly { toHexString(): string }[], id: string): string {
  return one!.toHexString() === id ? other!.toHexString() : one!.toHexString();
}

async function named(documents: Documents, ids: readonly string[]): Promise<DisconnectPreview["friendsLostSample"]> {
  const which = { _id: { $in: ids.map((id) => objectIdOf(id as PlayerId)) } };
  const found = await accounts(documents)
    .players.find(which, { projection: { userName: 1, displayName: 1 } })
    .toArray();
  return found.map(({ _id, userName, displayName }) => ({
    ...{ id: playerIdOf(_id), userName },
    ...(displayName !== undefined && { displayName }),
  }));
}

async function waysIn(documents: Documents, { _id, externalIds }: PlayerDocument): Promise<string[]> {
  const { passwords, devices } = accounts(documents);
  return [
    ...((await passwords.findOne({ _id }, { projection: { _id: 1 } })) ? ["password"] : []),
    ...((await devices.findOne({ playerId: _id, active: true }, { projection: { _id: 1 } })) ? ["device"] : []),
    ...Object.keys(externalIds),
  ];
}
