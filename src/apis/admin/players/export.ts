import { Type } from "@sinclair/typebox";
import { accounts } from "../../../domains/accounts/index.ts";
import { listAudit, record } from "../../../domains/audit/index.ts";
import { playerProfileId } from "../../../domains/social/index.ts";
import { objectIdOf, type PlayerId } from "../../../ids.ts";
import type { Document, Documents, Filter } from "../../../store/store.ts";
import { player } from "../arguments.ts";
import { shownAudit } from "../audit.ts";
import { defineOperation } from "../operation.ts";
import { playerNamed } from "./player.ts";

/** Documents of each kind. */
const MAX_OF_A_KIND = 10_000;

/** The stored documents of a player, by collection, without the members that are secrets or derive from them. */
const PARTS: Readonly<Record<string, { of(id: PlayerId): Filter; without: readonly string[] }>> = {
  externalAuthentication: { of: byPlayerId, without: ["token", "refreshToken"] },
  deviceAuthentication: { of: byPlayerId, without: ["_id"] },
  authToken: { of: byPlayerId, without: ["_id"] },
  friendship: { of: (id) => ({ players: objectIdOf(id) }), without: [] },
  externalFriends: { of: byPlayerId, without: [] },
  message: { of: byPlayerId, without: [] },
  challengeInstance: { of: (id) => ({ players: { $eq: id } }), without: [] },
  upload: { of: byPlayerId, without: [] },
  profile: { of: (id) => ({ _id: { $eq: playerProfileId(id) } }), without: ["keyHash"] },
  socialAccount: { of: byProfile, without: ["credentials"] },
  socialPost: { of: byProfile, without: ["consumer", "claim"] },
};

export const exportPlayer = defineOperation({
  name: "players export",
  summary: "Returns everything that the server stores about a player, except secrets, as JSON.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id: player }),
  positional: "id",
  async prepare({ documents }, { id }) {
    const self = await playerNamed(documents, id);
    const truncated: string[] = [];
    const parts: [string, Document[]][] = [];
    for (const [name, { of, without }] of Object.entries(PARTS)) {
      const found = await partOf(documents, name, of(id as PlayerId));
      if (found.length > MAX_OF_A_KIND) truncated.push(name);
      parts.push([name, found.slice(0, MAX_OF_A_KIND).map((document) => omit(document, without))]);
    }
    const audit = await listAudit(documents, { player: id as PlayerId, limit: MAX_OF_A_KIND });
    const hasPassword = (await accounts(documents).passwords.findOne({ _id: self._id })) !== null;
    return { player: self, hasPassword, ...Object.fromEntries(parts), audit: audit.map(shownAudit), truncated };
  },
  /** Who reads so much about a person is recorded. */
  async run({ documents, by, now }, { id }, everything) {
    await record(documents, { action: "player.exported", by, now, player: id as PlayerId });
    return { exportedAt: new Date(now), ...everything };
  },
});

function byPlayerId(id: PlayerId): Filter {
  return { playerId: objectIdOf(id) };
}

function byProfile(id: PlayerId): Filter {
  return { profileId: { $eq: playerProfileId(id) } };
}

function partOf(documents: Documents, name: string, filter: Filter): Promise<Document[]> {
  return documents
    .collection(name)
    .find(filter, { limit: MAX_OF_A_KIND + 1 })
    .toArray();
}

function omit(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}
