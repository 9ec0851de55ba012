import { Type } from "@sinclair/typebox";
import { accounts, type PlayerDocument } from "../../../domains/accounts/index.ts";
import { listAudit } from "../../../domains/audit/index.ts";
import { listMessages } from "../../../domains/messages/index.ts";
import { playerProfileId, social } from "../../../domains/social/index.ts";
import type { Game } from "../../../game/game.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../../ids.ts";
import type { Documents } from "../../../store/store.ts";
import type { PlayerLink, PlayerPage } from "../../console/types.ts";
import { player } from "../arguments.ts";
import { shownAudit } from "../audit.ts";
import { defineServerOperation } from "../operation.ts";
import { confirmationOf, playerNamed } from "./player.ts";

const MAX_LISTED = 200;
const MAX_COUNTED = 10_000;
const MAX_AUDIT = 100;

export const showPlayer = defineServerOperation({
  name: "players show",
  summary: "Shows everything that operators need about a player: facts, links, friends, messages, goods and changes.",
  work: "read",
  role: "read",
  arguments: Type.Object({ id: player }),
  positional: "id",
  async run({ documents, now, server }, { id }) {
    const found = await playerNamed(documents, id);
    const playerId = found._id;
    const self = id as PlayerId;
    const [facts, links, friends, friendCount, messages, messageCount, audit, online] = await Promise.all([
      factsOf(documents, found, now),
      linksOf(documents, self),
      friendsOf(documents, self),
      accounts(documents).friendships.countDocuments({ players: playerId }, { limit: MAX_COUNTED }),
      listMessages(documents, self, { entryCount: MAX_LISTED }, now),
      documents.collection("message").countDocuments({ playerId }, { limit: MAX_COUNTED }),
      listAudit(documents, { player: self, limit: MAX_AUDIT }),
      server.presence.online([self]),
    ]);
    const page: Dated<PlayerPage> = {
      player: facts,
      ...{ links, friends, friendCount },
      sessions: { online: online.has(self), sockets: server.channel.sockets?.(self) ?? 0 },
      messages: messages.map(({ id, message, seen, status, when }) => ({
        ...{ id, when, seen, message },
        class: String(message["@class"] ?? "").replace(/^\./, ""),
        ...(status !== undefined && { status }),
      })),
      messageCount,
      currencies: currenciesOf(found, server.game),
      goods: Object.entries(found.virtualGoods).map(([code, count]) => ({
        ...{ code, count },
        name: server.game.virtualGoods.get(code)?.name ?? code,
      })),
      achievements: found.achievements,
      audit: audit.map(shownAudit) as never,
    };
    return page;
  },
});

/** With dates, which become text. */
type Dated<T> = T extends string ? T | Date : T extends object ? { [K in keyof T]: Dated<T[K]> } : T;

async function factsOf(documents: Documents, found: PlayerDocument, now: number): Promise<Dated<PlayerPage["player"]>> {
  const { passwords, devices, tokens, loginFailures } = accounts(documents);
  const { _id } = found;
  const [password, ownDevices, authTokens, failures] = await Promise.all([
    passwords.findOne({ _id }, { projection: { _id: 1 } }),
    devices.find({ playerId: _id }, { limit: MAX_LISTED }).toArray(),
    tokens.countDocuments({ playerId: _id, expires: { $gt: new Date(now) } }, { limit: MAX_COUNTED }),
    loginFailures.findOne({ _id: playerIdOf(_id) }),
  ]);
  const { userName, userNameSource, displayName, language, segments, location, scriptData, privateData } = found;
  const isLocked = failures?.lockedUntil !== undefined && failures.lockedUntil.getTime() > now;
  return {
    ...{ id: playerIdOf(_id), userName },
    ...(userNameSource !== undefined && { userNameSource }),
    ...(displayName !== undefined && { displayName }),
    confirmBy: confirmationOf(found),
    ...(language !== undefined && { language }),
    created: found.creationDate,
    lastSeen: found.lastSeen,
    segments,
    ...(location && { location }),
    hiddenOnLeaderboards: found.hiddenOnLeaderboards === true,
    hasPassword: password !== null,
    ...(isLocked && { lockedUntil: failures.lockedUntil! }),
    devices: ownDevices.map(({ deviceOS, active }) => ({ os: deviceOS, active })),
    ...{ authTokens, scriptData, privateData },
  };
}

/** Whether a token is stored, never the token. */
async function linksOf(documents: Documents, id: PlayerId): Promise<Dated<PlayerLink>[]> {
  const links = await accounts(documents)
    .links.find({ playerId: objectIdOf(id) }, { limit: MAX_LISTED })
    .toArray();
  const own = await social(documents)
    .accounts.find({ profileId: playerProfileId(id), status: { $ne: "disconnected" } }, { limit: MAX_LISTED })
    .toArray();
  const byId = new Map(own.map((account) => [account._id, account]));
  return links.map(({ systemId, externalId, connectedAt, token, tokenExpires, accountId }) => {
    const account = accountId === undefined ? undefined : byId.get(accountId);
    return {
      ...{ system: systemId, externalId, connectedAt },
      token: token === undefined ? "none" : "stored",
      ...(tokenExpires && { tokenExpires }),
      ...(account && { status: account.status }),
      ...(account?.handle !== undefined && { handle: account.handle }),
      ...(account?.displayName !== undefined && { displayName: account.displayName }),
    };
  });
}

async function friendsOf(documents: Documents, id: PlayerId): Promise<PlayerPage["friends"]> {
  const self = objectIdOf(id);
  const { friendships, players } = accounts(documents);
  const found = await friendships.find({ players: self }, { limit: MAX_LISTED }).toArray();
  const via = new Map(
    found.map(({ players: pair, via }) => [(pair[0].equals(self) ? pair[1] : pair[0]).toHexString(), via]),
  );
  const ids = [...via.keys()].map((one) => objectIdOf(one as PlayerId));
  const friends = await players
    .find({ _id: { $in: ids } }, { projection: { userName: 1, displayName: 1 }, sort: { _id: 1 } })
    .toArray();
  return friends.map(({ _id, userName, displayName }) => ({
    ...{ id: playerIdOf(_id), userName },
    ...(displayName !== undefined && { displayName }),
    via: via.get(_id.toHexString()) ?? [],
  }));
}

function currenciesOf(found: PlayerDocument, game: Pick<Game, "currencies">): PlayerPage["currencies"] {
  const { currencies, otherCurrencies = {}, reservedCurrencies = {} } = found;
  const numbered = currencies.map((balance, at) => [`currency${at + 1}`, balance] as const);
  return [...numbered, ...Object.entries(otherCurrencies)].map(([code, balance]) => ({
    ...{ code, balance },
    name: game.currencies.get(code)?.name ?? code,
    reserved: Object.hasOwn(reservedCurrencies, code) ? reservedCurrencies[code]! : 0,
  }));
}
