import { Type } from "@sinclair/typebox";
import { accounts } from "../../domains/accounts/index.ts";
import {
  createProfile,
  findProfile,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  suspendProfile,
} from "../../domains/social/index.ts";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { line, organization, player, profile, project } from "./arguments.ts";
import { defineOperation, type OperationContext, OperationRefused } from "./operation.ts";
import { projectOf } from "./tenants.ts";

const createProfileOperation = defineOperation({
  name: "profiles create",
  summary: "Creates a profile, or makes a player one, and returns its Profile-Key, which cannot be shown again.",
  work: "write",
  role: "admin",
  arguments: Type.Object({
    player: Type.Optional({
      ...player,
      description: "The player that the Profile-Key acts as. An earlier Profile-Key of the player stops working.",
    }),
    title: Type.Optional(line("Title, unique in the project. Required without a player.")),
    organization: Type.Optional(organization),
    project: Type.Optional(project),
  }),
  note: "Copy the Profile-Key now. It is stored as a hash only and cannot be shown again.",
  async run(
    { documents, by, now },
    { player, title, organization = GAME_ORGANIZATION, project: projectId = GAME_PROJECT },
  ) {
    if (player === undefined && title === undefined) {
      throw new OperationRefused("Name the player with --player ID, or give a profile of its own a --title.");
    }
    if (player !== undefined && projectId !== GAME_PROJECT) {
      throw new OperationRefused("Players belong to the game's own project. Leave out --organization and --project.");
    }
    const project = await projectOf(documents, organization, projectId);
    if (player !== undefined) await usePlayer(documents, player as PlayerId);
    const values = { title: title ?? `Player ${player}`, ...(player !== undefined && { player: player as PlayerId }) };
    const { profile, key } = await createProfile(documents, project, values, { by, now });
    const { _id: id, refId, createdAt } = profile;
    return { profileKey: key, id, title: profile.title, refId, organizationId: organization, projectId, createdAt };
  },
});

const suspendProfileOperation = defineOperation({
  name: "profiles suspend",
  summary: "Stops a profile: its Profile-Key gets 403, its posts wait, and no account can be connected to it.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id: profile }),
  positional: "id",
  run: (context, { id }) => suspend(context, id, true),
});

const resumeProfileOperation = defineOperation({
  name: "profiles resume",
  summary: "Ends the suspension of a profile.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id: profile }),
  positional: "id",
  run: (context, { id }) => suspend(context, id, false),
});

export const profileOperations = [createProfileOperation, suspendProfileOperation, resumeProfileOperation];

async function suspend({ documents, by, now }: OperationContext, id: string, suspended: boolean): Promise<object> {
  const profile = await findProfile(documents, id);
  const { _id, title, refId } = profile;
  if (await suspendProfile(documents, profile, suspended, { by, now })) return { id: _id, title, refId, suspended };
  throw new OperationRefused(`The profile is ${suspended ? "suspended already" : "not suspended"}.`);
}

/** Conflicts with the deletion of the player at the same moment. */
async function usePlayer(tx: Documents, player: PlayerId): Promise<void> {
  const which = { _id: objectIdOf(player) };
  const { matchedCount } = await accounts(tx).players.updateOne(which, { $inc: { accountVersion: 1 } });
  if (matchedCount === 0)
    throw new OperationRefused("No player of this stage has this id. Check --player and --stage.");
}
