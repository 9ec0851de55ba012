import { Type } from "@sinclair/typebox";
import { field, RequestError } from "../errors.ts";

/** Building blocks of the schemas; every field has a sentence. */
export const text = (description: string) => Type.String({ description });
export const optionalText = (description: string) => Type.Optional(Type.String({ description }));
export const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
export const json = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });
export const optionalJson = (description: string) => Type.Optional(json(description));
export const whole = (description: string) => Type.Integer({ description });

const TIME = /^(\d{4})-(\d{1,4})-(\d{1,3})T(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?Z$/;

/**
 * The time in a request. Like GameSparks it accepts overflow: a 13th month is January of the next year. Refuses
 * `{key: "INVALID"}`.
 */
export function dateOf(key: string, value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const [, year, month, ...rest] = (TIME.exec(value.trim()) ?? []).map(Number);
  const [day = 1, hours = 0, minutes = 0, seconds] = rest;
  const time = Date.UTC(year ?? Number.NaN, (month ?? 1) - 1, day, hours, minutes, seconds || 0);
  if (!Number.isFinite(time)) throw new RequestError(field(key, "INVALID"));
  return new Date(time);
}

/** Longest userName, displayName and the like, in UTF-16 units. */
export const MAX_NAME_LENGTH = 256;

/** Refuses a name that is too long, and a blank one unless it may be `empty`: `{key: "TOO_LONG"}`, `{key: "REQUIRED"}`. */
export function checkName(key: string, value: string | undefined, { empty = false } = {}): void {
  if (value === undefined) return;
  if (value.trim() === "" && !empty) throw new RequestError(field(key, "REQUIRED"));
  if (value.length > MAX_NAME_LENGTH) throw new RequestError(field(key, "TOO_LONG"));
}

/** The protocol's `Player`: what others see of a player. */
export const PlayerFields = Type.Object(
  {
    id: text("The player's id."),
    displayName: optionalText("The player's display name."),
    externalIds: json("System id → the player's id there."),
    online: Type.Boolean({ description: "Whether the player has an open, authenticated socket." }),
    achievements: Type.Array(Type.String(), { description: "Short codes of the player's achievements." }),
    virtualGoods: Type.Array(Type.String(), { description: "Short codes of the goods that the player owns." }),
    scriptData: optionalJson("Data that Cloud Code keeps on the player for others to see."),
  },
  { description: "A player, as other players see it." },
);
