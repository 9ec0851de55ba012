import { createHash } from "node:crypto";
import type { SignUpBonuses } from "../../game/currencies.ts";
import { newPlayerId, objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { createPlayer, welcome } from "./players.ts";

export interface Device {
  deviceId: string;
  /** Whatever the SDK calls its platform; "iOS" and "IOS" are one. Without NUL, which parts it from the id. */
  deviceOS: string;
  displayName?: string | undefined;
  segments: Record<string, string>;
}

/**
 * The device's player: the same one every time, made at first use. A device whose player was upgraded to a userName
 * and password counts as new. Runs inside a transaction, so that two first uses at once make one player.
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
    // Written as well, so that an upgrade of the player at the same moment is before this login or after all of it.
    await devices.updateOne({ _id: key }, { $inc: { uses: 1 } });
    const player = await welcome(tx, playerIdOf(known.playerId), newcomer.now, device.segments);
    return { player, newPlayer: false };
  }

  const id = newPlayerId();
  const row = { playerId: objectIdOf(id), deviceOS: device.deviceOS.toUpperCase(), active: true };
  // The device is claimed first: of two first uses at once one then conflicts here and is run again.
  if (known) await devices.updateOne({ _id: key }, { $set: row });
  else await devices.insertOne({ _id: key, ...row });
  const player = await createPlayer(
    tx,
    {
      ...newcomer,
      // Made from the device, and with the player's own id behind it, so that nobody can have taken it.
      userName: `device-${key.slice(0, 12)}-${id}`,
      userNameSource: "DEVICE",
      displayName: device.displayName,
      segments: device.segments,
    },
    id,
  );
  return { player, newPlayer: true };
}

/** Devices of an upgraded player log in no more. */
export async function retireDevices(tx: Documents, player: PlayerId): Promise<void> {
  await accounts(tx).devices.updateMany({ playerId: objectIdOf(player), active: true }, { $set: { active: false } });
}

/** Does a device log in as this player? */
export async function hasDevice(tx: Documents, player: PlayerId): Promise<boolean> {
  return (await accounts(tx).devices.findOne({ playerId: objectIdOf(player), active: true })) !== null;
}

function deviceKey(device: Device): string {
  return createHash("sha256").update(`${device.deviceOS.toUpperCase()}\0${device.deviceId}`).digest("hex");
}
