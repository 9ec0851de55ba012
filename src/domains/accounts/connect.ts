import { field, RequestError } from "../../errors.ts";
import type { SignUpBonuses } from "../../game/currencies.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { ExternalProfile, SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { addLinkAccount, reauthorizeLinkAccount } from "../social/index.ts";
import { endArrival } from "./arrivals.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { replaceFriends } from "./friends.ts";
import { replaceTokens, type SealedTokens } from "./link-tokens.ts";
import { linkKey } from "./links.ts";
import { createPlayer, freeUserName, getPlayer, touchPlayer } from "./players.ts";
import { cancelRevocation } from "./revocations.ts";

export interface ConnectFlags {
  doNotLinkToCurrentPlayer?: boolean | undefined;
  errorOnSwitch?: boolean | undefined;
  switchIfPossible?: boolean | undefined;
  syncDisplayName?: boolean | undefined;
  doNotCreateNewPlayer?: boolean | undefined;
}

export interface Connection extends SignUpBonuses {
  systemId: SystemId;
  /** The request parameter that is the key of refusals, such as accessToken. */
  field: string;
  profile: Omit<ExternalProfile, "token" | "refreshToken" | "tokenExpiresAt">;
  /** The profile's tokens as `LinkTokens.seal` returned them. */
  tokens?: SealedTokens | undefined;
  flags: ConnectFlags;
  segments: Record<string, string>;
  /** For the audit. */
  by: Actor;
  now: number;
}

/** `errorOnSwitch` refused a switch. The caller adds the summary of the player it would have switched to. */
export class SwitchRefused extends RequestError {
  override name = "SwitchRefused";
  readonly owner: PlayerDocument;

  constructor(key: string, owner: PlayerDocument) {
    super(field(key, "ACCOUNT_ALREADY_LINKED"));
    this.owner = owner;
  }
}

/**
 * Returns the player that a verified profile logs in as: its owner, the current player (who is now linked to it) or a
 * new player. Call `announceArrival` first, then this in a transaction. For the rules see `docs/compatibility/accounts.md`, "Connecting an external
 * account".
 *
 * Refusals, by `field`: ACCOUNT_ALREADY_LINKED if the current player has another account of that system, or if
 * errorOnSwitch forbids the switch (`SwitchRefused`); UNRECOGNISED if doNotCreateNewPlayer forbids a new player.
 *
 * Cost: a few documents, a record in the audit, and the import of the friend list (`replaceFriends`).
 */
export async function connect(
  tx: Documents,
  current: PlayerId | undefined,
  connection: Connection,
): Promise<{ player: PlayerId; newPlayer: boolean }> {
  const owner = await ownerOf(tx, connection);
  if (owner) {
    const account = await getPlayer(tx, owner);
    if (current && current !== owner) await allowSwitch(tx, current, account, connection);
    await refreshLink(tx, account, connection);
    if (current && current !== owner) await recordSwitch(tx, current, owner, connection);
    return { player: owner, newPlayer: false };
  }
  if (current && !connection.flags.doNotLinkToCurrentPlayer) {
    const account = await getPlayer(tx, current);
    if (account.externalIds[connection.systemId] !== undefined) throw alreadyLinked(connection);
    await addLink(tx, account, connection);
    return { player: current, newPlayer: false };
  }
  if (connection.flags.doNotCreateNewPlayer) throw new RequestError(field(connection.field, "UNRECOGNISED"));
  return { player: await createFromProfile(tx, connection), newPlayer: true };
}

const alreadyLinked = (by: Connection) => new RequestError(field(by.field, "ACCOUNT_ALREADY_LINKED"));

async function ownerOf(tx: Documents, { systemId, profile }: Connection): Promise<PlayerId | undefined> {
  const link = await accounts(tx).links.findOne({ _id: linkKey(systemId, profile.id) });
  return link ? playerIdOf(link.playerId) : undefined;
}

async function allowSwitch(
  tx: Documents,
  current: PlayerId,
  owner: PlayerDocument,
  connection: Connection,
): Promise<void> {
  const { flags, systemId } = connection;
  const hasAnother = (await getPlayer(tx, current)).externalIds[systemId] !== undefined;
  if (hasAnother && !flags.switchIfPossible && !flags.doNotLinkToCurrentPlayer) throw alreadyLinked(connection);
  if (flags.errorOnSwitch) throw new SwitchRefused(connection.field, owner);
}

function recordSwitch(tx: Documents, from: PlayerId, to: PlayerId, { systemId, by, now }: Connection): Promise<void> {
  return record(tx, { action: "account.switched", by, now, player: to, data: { systemId, from } });
}

async function createFromProfile(tx: Documents, connection: Connection): Promise<PlayerId> {
  const { systemId, profile, segments, currencies, otherCurrencies = {}, now } = connection;
  const created = await createPlayer(tx, {
    userName: await freeUserName(tx, `${systemId}_${profile.id}`),
    userNameSource: systemId,
    displayName: profile.displayName,
    segments,
    currencies,
    otherCurrencies,
    now,
  });
  await addLink(tx, created, connection);
  return playerIdOf(created._id);
}

async function addLink(tx: Documents, account: PlayerDocument, connection: Connection): Promise<void> {
  const { systemId, profile, tokens, by, now } = connection;
  const link = { systemId, externalId: profile.id };
  await endArrival(tx, link);
  await cancelRevocation(tx, link);
  const accountId = await addLinkAccount(
    tx,
    { player: playerIdOf(account._id), ...link, displayName: profile.displayName },
    { by, now },
  );
  await accounts(tx).links.insertOne({
    _id: linkKey(systemId, profile.id),
    ...link,
    playerId: account._id,
    accountId,
    connectedAt: new Date(now),
    friendships: 0,
    ...tokens,
  });
  await accounts(tx).players.updateOne(
    { _id: account._id },
    { $set: { [`externalIds.${systemId}`]: profile.id }, $inc: { accountVersion: 1 } },
  );
  await applyProfile(tx, account, connection);
}

async function refreshLink(tx: Documents, account: PlayerDocument, connection: Connection): Promise<void> {
  const { systemId, profile, tokens } = connection;
  if (tokens) {
    await replaceTokens(tx, { _id: linkKey(systemId, profile.id) }, tokens);
    const link = { player: playerIdOf(account._id), systemId, externalId: profile.id };
    await reauthorizeLinkAccount(tx, link, connection);
  }
  await applyProfile(tx, account, connection);
}

/** Updates the player from the profile: the displayName if it is synchronised or missing, segments and friends. */
async function applyProfile(tx: Documents, account: PlayerDocument, connection: Connection): Promise<void> {
  const { systemId, profile, flags, segments, now } = connection;
  const player = playerIdOf(account._id);
  const sync = flags.syncDisplayName === true || account.syncDisplayName === systemId;
  const name = profile.displayName !== undefined && (sync || account.displayName === undefined);
  if (sync || name) {
    const set = { ...(sync && { syncDisplayName: systemId }), ...(name && { displayName: profile.displayName }) };
    await accounts(tx).players.updateOne({ _id: objectIdOf(player) }, { $set: set });
  }
  await touchPlayer(tx, player, now, segments);
  if (profile.friends) await replaceFriends(tx, player, systemId, profile.friends);
}
