import { Type } from "@sinclair/typebox";
import { accounts, linkKey, type PlayerDocument } from "../../../domains/accounts/index.ts";
import { objectIdOf, parsePlayerId, playerIdOf } from "../../../ids.ts";
import { providers } from "../../../providers/index.ts";
import { equals } from "../../../store/equals.ts";
import type { Documents, Filter } from "../../../store/store.ts";
import type { PlayerRow } from "../../console/types.ts";
import { limit, line } from "../arguments.ts";
import { defineServerOperation } from "../operation.ts";

type By = PlayerRow["by"];

/** Every look-up uses an index. */
export const searchPlayers = defineServerOperation({
  name: "players search",
  summary: "Finds players by id, external id, or the beginning of userName or displayName, in this order.",
  work: "read",
  role: "read",
  arguments: Type.Object({ text: line("What to look for. Upper and lower case differ."), limit: Type.Optional(limit) }),
  positional: "text",
  async run({ documents, server }, { text, limit = 50 }) {
    const found = new Map<string, { by: By; player: PlayerDocument }>();
    for (const [by, filter] of await filtersFor(documents, text)) {
      if (found.size >= limit) break;
      // Those that an earlier look-up found may be among them.
      const players = await accounts(documents)
        .players.find(filter, { limit: limit + found.size })
        .toArray();
      for (const player of players) {
        const id = player._id.toHexString();
        if (!found.has(id) && found.size < limit) found.set(id, { by, player });
      }
    }
    const online = await server.presence.online([...found.values()].map(({ player }) => playerIdOf(player._id)));
    return [...found.values()].map(({ by, player }) => ({
      id: playerIdOf(player._id),
      userName: player.userName,
      ...(player.displayName !== undefined && { displayName: player.displayName }),
      externalIds: player.externalIds,
      created: player.creationDate,
      lastSeen: player.lastSeen,
      online: online.has(playerIdOf(player._id)),
      by,
    }));
  },
});

async function filtersFor(documents: Documents, text: string): Promise<[By, Filter][]> {
  const id = parsePlayerId(text.trim().toLowerCase());
  const keys = providers.map(({ systemId }) => linkKey(systemId, text));
  const links = await accounts(documents)
    .links.find({ _id: { $in: keys } }, { projection: { playerId: 1 } })
    .toArray();
  return [
    ...(id ? [["id", { _id: objectIdOf(id) }] as [By, Filter]] : []),
    ["externalId", { _id: { $in: links.map(({ playerId }) => playerId) } }],
    ["userName", { userName: equals(text) }],
    ["userName", { userName: startingWith(text) }],
    ["displayName", { displayName: startingWith(text) }],
  ];
}

/** A range, which an index answers in both engines, unlike a pattern. */
function startingWith(text: string): Filter {
  return { $gte: text, $lt: `${text}\uffff` };
}
