import { Type } from "@sinclair/typebox";
import { playerProfileId, social } from "../../../domains/social/index.ts";
import { type PlayerId, playerIdOf } from "../../../ids.ts";
import { equals } from "../../../store/equals.ts";
import { limit, player } from "../arguments.ts";
import { defineOperation } from "../operation.ts";

const ACCOUNT_STATUS = ["connected", "reauth_required", "disconnected"] as const;
const POST_STATUS = [
  "draft",
  "awaiting approval",
  "paused",
  "queued",
  "publishing",
  "published",
  "failed",
  "canceled",
  "deleted",
] as const;

const status = (all: readonly string[]) =>
  Type.Union(
    all.map((one) => Type.Literal(one)),
    { description: "Only those with this status.", wanted: `one of ${all.join(", ")}` },
  );

function filterOf({ player, status }: { player?: string | undefined; status?: string | undefined }) {
  return {
    ...(player !== undefined && { profileId: equals(playerProfileId(player as PlayerId)) }),
    ...(status !== undefined && { status: equals(status) }),
  };
}

export const socialOperations = [
  defineOperation({
    name: "accounts list",
    summary: "Lists social accounts of players and projects, newest first.",
    work: "read",
    role: "read",
    arguments: Type.Object({
      player: Type.Optional(player),
      status: Type.Optional(status(ACCOUNT_STATUS)),
      limit: Type.Optional(limit),
    }),
    async run({ documents }, { limit = 50, ...which }) {
      const found = await social(documents)
        .accounts.find(filterOf(which), { sort: { connectedAt: -1, _id: 1 }, limit })
        .toArray();
      return found.map(({ _id, platform, status, playerId, profileId, externalId, connectedAt, ...more }) => ({
        ...{ id: _id, platform, status, profileId, externalId, connectedAt },
        ...(playerId && { player: playerIdOf(playerId) }),
        ...(more.handle !== undefined && { handle: more.handle }),
        ...(more.displayName !== undefined && { displayName: more.displayName }),
        ...(more.disconnectedAt && { disconnectedAt: more.disconnectedAt }),
        ...(more.disconnectedReason !== undefined && { disconnectedReason: more.disconnectedReason }),
      }));
    },
  }),
  defineOperation({
    name: "posts list",
    summary: "Lists posts to social networks, latest first.",
    work: "read",
    role: "read",
    arguments: Type.Object({
      player: Type.Optional(player),
      status: Type.Optional(status(POST_STATUS)),
      limit: Type.Optional(limit),
    }),
    async run({ documents }, { limit = 50, ...which }) {
      const found = await social(documents)
        .posts.find(filterOf(which), { sort: { scheduledFor: -1, _id: 1 }, limit })
        .toArray();
      return found.map(({ _id, api, status, text, scheduledFor, profileId, targets }) => ({
        ...{ id: _id, api, status, text, scheduledFor, profileId },
        targets: targets.map(({ network, accountId, status, externalUrl, error }) => ({
          ...{ network, accountId, status },
          ...(externalUrl !== undefined && { externalUrl }),
          ...(error && { error: `${error.code}: ${error.message}` }),
        })),
      }));
    },
  }),
];
