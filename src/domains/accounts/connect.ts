import { field, RequestError } from "../../errors.ts";
import type { SignUpBonuses } from "../../game/currencies.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { ExternalProfile, SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type ExternalAuthenticationDocument, type PlayerDocument } from "./collections.ts";
import { replaceFriends } from "./friends.ts";
import { linkKey } from "./links.ts";
import { createPlayer, freeUserName, getPlayer, welcome } from "./players.ts";

/** The flags that every connect request has; all false unless sent. */
export interface ConnectFlags {
  doNotLinkToCurrentPlayer?: boolean | undefined;
  errorOnSwitch?: boolean | undefined;
  switchIfPossible?: boolean | undefined;
  syncDisplayName?: boolean | undefined;
  doNotCreateNewPlayer?: boolean | undefined;
}

export interface Connection extends SignUpBonuses {
  systemId: SystemId;
  /** The request's parameter that refusals are keyed by, such as accessToken. */
  field: string;
  profile: ExternalProfile;
  flags: ConnectFlags;
  segments: Record<string, string>;
  now: number;
}

/** A switch that `errorOnSwitch` turned into a refusal: the caller adds the summary of the player it would be. */
export class SwitchRefused extends RequestError {
  override name = "SwitchRefused";
  readonly owner: PlayerDocument;

  constructor(key: string, owner: PlayerDocument) {
    super(field(key, "ACCOUNT_ALREADY_LINKED"));
    this.owner = owner;
  }
}

/**
 * Who the session belongs to once `profile` is verified: its owner, the current player who is linked to it now, or a
 * new player. Runs inside a transaction. The table is `docs/compatibility/accounts.md`, "Connecting an external account".
 *
 * Refusals, by `field`: ACCOUNT_ALREADY_LINKED where the current player has another account of that system, or where
 * errorOnSwitch forbids the switch (with `switchSummary`); UNRECOGNISED where doNotCreateNewPlayer forbids the player.
 *
 * Cost: a handful of documents, and the import of the friend list (`replaceFriends`).
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
  const { systemId, profile, now } = connection;
  await accounts(tx).links.insertOne({
    _id: linkKey(systemId, profile.id),
    systemId,
    externalId: profile.id,
    playerId: account._id,
    connectedAt: new Date(now),
    friendships: 0,
    ...tokenOf(profile),
  });
  await accounts(tx).players.updateOne(
    { _id: account._id },
    { $set: { [`externalIds.${systemId}`]: profile.id }, $inc: { accountVersion: 1 } },
  );
  await follow(tx, account, connection);
}

async function refreshLink(tx: Documents, account: PlayerDocument, connection: Connection): Promise<void> {
  const { systemId, profile } = connection;
  const token = tokenOf(profile);
  const stale = profile.token !== undefined && profile.tokenExpiresAt === undefined;
  if (profile.token !== undefined) {
    await accounts(tx).links.updateOne(
      { _id: linkKey(systemId, profile.id) },
      { $set: token, ...(stale && { $unset: { tokenExpires: "" } }) },
    );
  }
  await follow(tx, account, connection);
}

/** What the profile says of the player, taken over: name where it is followed or missing, segments, friends. */
async function follow(tx: Documents, account: PlayerDocument, connection: Connection): Promise<void> {
  const { systemId, profile, flags, segments, now } = connection;
  const player = playerIdOf(account._id);
  const sync = flags.syncDisplayName === true || account.syncDisplayName === systemId;
  const name = profile.displayName !== undefined && (sync || account.displayName === undefined);
  if (sync || name) {
    const set = { ...(sync && { syncDisplayName: systemId }), ...(name && { displayName: profile.displayName }) };
    await accounts(tx).players.updateOne({ _id: objectIdOf(player) }, { $set: set });
  }
  await welcome(tx, player, now, segments);
  if (profile.friends) await replaceFriends(tx, player, systemId, profile.friends);
}

function tokenOf(profile: ExternalProfile): Partial<ExternalAuthenticationDocument> {
  return {
    ...(profile.token !== undefined && { token: profile.token }),
    ...(profile.tokenExpiresAt !== undefined && { tokenExpires: new Date(profile.tokenExpiresAt) }),
  };
}
