import { ObjectId } from "./bson.ts";

/** A player's id: an ObjectId as 24 hex digits, as in GameSparks. */
export type PlayerId = string & { readonly brand: "PlayerId" };

const HEX_24 = /^[0-9a-f]{24}$/;

export function newPlayerId(): PlayerId {
  return new ObjectId().toHexString() as PlayerId;
}

/** The id in `text`, or undefined if it is not valid. */
export function parsePlayerId(text: unknown): PlayerId | undefined {
  return typeof text === "string" && HEX_24.test(text) ? (text as PlayerId) : undefined;
}

export function playerIdOf(id: ObjectId): PlayerId {
  return id.toHexString() as PlayerId;
}

export function objectIdOf(id: PlayerId): ObjectId {
  return ObjectId.createFromHexString(id);
}
