import { randomBytes, randomUUID } from "node:crypto";
import { customAlphabet } from "nanoid";
import type { PlayerId } from "../../ids.ts";
import { PLATFORMS, type Platform } from "./platforms.ts";

/** The organization and project of the game itself. Players' links belong to them. */
export const GAME_ORGANIZATION = "org_game";
export const GAME_PROJECT = "prj_game";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HEX_32 = /^[0-9a-f]{32}$/;
const random = customAlphabet("0123456789abcdefghijklmnopqrstuvwxyz", 20);
const randomMixed = customAlphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 20);

export const newAccountId = (): string => randomUUID();
export const newOrganizationId = () => `org_${random()}`;
export const newProjectId = () => `prj_${random()}`;
export const newProfileId = () => `prf_${random()}`;
export const newContentId = () => `cnt_${random()}`;
export const newVideoId = () => `vid_${random()}`;
/** 20 letters and digits, as Ayrshare's. */
export const newPostId = () => randomMixed();
export const newRefId = () => randomBytes(20).toString("hex");

/** The profile of a project's own accounts. */
export const primaryProfileId = (projectId: string) => `primary:${projectId}`;
/** The profile of a player's links. */
export const playerProfileId = (player: PlayerId) => `player:${player}`;

/** An account's id in Layers' form: `sa_` and a UUID. */
export const layersAccountId = (id: string) => `sa_${id}`;

/** The same id in Hooked's form: `int_`, the platform, and the UUID without dashes. */
export const hookedAccountId = (id: string, platform: Platform) => `int_${platform}_${id.replaceAll("-", "")}`;

/** The account's id in `sa_<uuid>`; undefined if the text has another form. */
export function parseLayersAccountId(text: string): string | undefined {
  const id = text.startsWith("sa_") ? text.slice(3).toLowerCase() : "";
  return UUID.test(id) ? id : undefined;
}

/** The account's id and platform in `int_<platform>_<id>`; undefined if the text has another form. */
export function parseHookedAccountId(text: string): { id: string; platform: Platform } | undefined {
  const [prefix, name, hex = "", ...more] = text.split("_");
  const platform = PLATFORMS.find((each) => each === name);
  if (prefix !== "int" || !platform || more.length > 0 || !HEX_32.test(hex)) return undefined;
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return UUID.test(id) ? { id, platform } : undefined;
}
