import { createHash } from "node:crypto";
import type { SignUpBonuses } from "../../game/currencies.ts";
import { newPlayerId, objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { createPlayer, touchPlayer } from "./players.ts";

export interface Device {
  deviceId: string;
  /** The SDK's name for its platform, case-insensitive. Must not contain NUL, which separates it from the id. */
  deviceOS: string;
  displayName?: string | undefined;
  segments: Record<string, string>;
}

/**
 * Returns the device's player and creates it at first use. If the player has since got a userName and password, the
 * device counts as new. Call in a transaction: concurrent first uses then create one player.
 */
export async function playerOfDevice(
  tx: Documents,
  device: Device,
  newcomer: SignUpBonuses & { now: number },
): Promise<{ player: PlayerDocument; newPlayer: boolean }> {
  const { devices } = accounts(tx);
  const key = deviceKey(device);
  const known = await devices.findOne({ _id: key });
  if (known?.active) {
    // The write makes this login conflict with a concurrent `deactivateDevices`.
    await devices.updateOne({ _id: key }, { $inc: { uses: 1 } });
    const player = await touchPlayer(tx, playerIdOf(known.playerId), newcomer.now, device.segments);
    return { player, newPlayer: false };
  }

  const id = newPlayerId();
  const row = { playerId: objectIdOf(id), deviceOS: device.deviceOS.toUpperCase(), active: true };
  // Write the device first, so that concurrent first uses conflict here.
  if (known) await devices.updateOne({ _id: key }, { $set: row });
  else await devices.insertOne({ _id: key, ...row });
  const player = await createPlayer(
    tx,
    {
      ...newcomer,
      // Contains the player's id, so it cannot be in use.
      userName: `device-${key.slice(0, 12)}-${id}`,
      userNameSource: "DEVICE",
      displayName: device.displayName,
      segments: device.segments,
    },
    id,
  );
  return { player, newPlayer: true };
}

export async function deactivateDevices(tx: Documents, player: PlayerId): Promise<void> {
  await accounts(tx).devices.updateMany({ playerId: objectIdOf(player), active: true }, { $set: { active: false } });
}

export async function hasDevice(tx: Documents, player: PlayerId): Promise<boolean> {
  return (await accounts(tx).devices.findOne({ playerId: objectIdOf(player), active: true })) !== null;
}

function deviceKey(device: Device): string {
  return createHash("sha256").update(`${device.deviceOS.toUpperCase()}\0${device.deviceId}`).digest("hex");
}
