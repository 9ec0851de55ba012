import type { PlayerInput } from "../protocol.ts";
import { dictionary, hasOwn, ownKeys, parse, stringify } from "./originals.ts";

/** Members as JSON text by name, so that later changes of a value have no effect. */
export type Members = Record<string, string>;

export interface PlayerData {
  /** The stored JSON; parsed on first use. */
  text: string;
  members: Members | null;
  changed: Record<string, "set" | "removed">;
}

/** Rarely read state, parsed on first use. */
export interface Details {
  balances: Record<string, number>;
  goods: Record<string, number>;
  achievements: Record<string, true>;
  segments: Record<string, string>;
  externalIds: string;
  created: number;
  lastSeen: number;
}

/** A player as one run sees it: the stored state and the run's changes, which are visible at once and written later. */
export interface PlayerState {
  readonly playerId: string;
  userName: string;
  displayName: string | null;
  scriptData: PlayerData;
  privateData: PlayerData;
  detailsText: string;
  details: Details | null;
  version: number;
  /** The state was read in this run. Otherwise only the id is known, and `stale` is set. */
  known: boolean;
  /** The script has read something that scripts can change. */
  read: boolean;
  changed: boolean;
  /** Must be read, as it is not known or may have changed elsewhere. Implies that there are no pending changes. */
  stale: boolean;
  balances: Record<string, number>;
  goods: Record<string, number>;
  achievements: Record<string, boolean>;
  segments: Record<string, string | null>;
  /** The Spark object that scripts hold. */
  object: object | null;
}

export function playerState(input: PlayerInput | Pick<PlayerInput, "playerId">): PlayerState {
  const state: PlayerState = {
    playerId: input.playerId,
    userName: "",
    displayName: null,
    scriptData: playerData("{}"),
    privateData: playerData("{}"),
    detailsText: "{}",
    details: null,
    version: 0,
    known: false,
    read: false,
    changed: false,
    stale: true,
    balances: dictionary(),
    goods: dictionary(),
    achievements: dictionary(),
    segments: dictionary(),
    object: null,
  };
  if ("userName" in input) updatePlayer(state, input);
  return state;
}

export function updatePlayer(state: PlayerState, input: PlayerInput): void {
  state.userName = input.userName;
  state.displayName = input.displayName;
  state.scriptData = playerData(input.scriptData);
  state.privateData = playerData(input.privateData);
  state.detailsText = input.details;
  state.details = null;
  state.version = input.version;
  state.known = true;
  state.read = false;
  state.stale = false;
}

function playerData(text: string): PlayerData {
  return { text, members: null, changed: dictionary() };
}

export function playerMembers(data: PlayerData): Members {
  data.members ??= membersOf(parse(data.text) as Record<string, unknown>);
  return data.members;
}

export function playerDetails(state: PlayerState): Details {
  if (state.details !== null) return state.details;
  const stored = parse(state.detailsText) as Partial<Record<keyof Details, unknown>>;
  const achievements = dictionary<true>();
  const codes = (stored.achievements ?? []) as string[];
  for (let index = 0; index < codes.length; index++) achievements[codes[index] as string] = true;
  state.details = {
    balances: copy<number>(stored.balances),
    goods: copy<number>(stored.goods),
    achievements,
    segments: copy<string>(stored.segments),
    externalIds: stringify(stored.externalIds ?? {}),
    created: (stored.created as number | undefined) ?? 0,
    lastSeen: (stored.lastSeen as number | undefined) ?? 0,
  };
  return state.details;
}

/** To be called when the changes have been written. */
export function forgetChanges(state: PlayerState): void {
  state.changed = false;
  state.scriptData.changed = dictionary();
  state.privateData.changed = dictionary();
  state.balances = dictionary();
  state.goods = dictionary();
  state.achievements = dictionary();
  state.segments = dictionary();
}

/** Returns JSON of `PlayerOutput`. Calls nothing that a script could have replaced. */
export function playerOutput(state: PlayerState): string {
  return (
    `{"seen":${state.read ? state.version : "null"},` +
    `"scriptData":${changesJson(state.scriptData)},"privateData":${changesJson(state.privateData)},` +
    `"balances":${plainJson(state.balances)},"goods":${plainJson(state.goods)},` +
    `"achievements":${plainJson(state.achievements)},"segments":${plainJson(state.segments)}}`
  );
}

export function membersJson(members: Members): string {
  let text = "";
  for (const name in members) text += `${text === "" ? "" : ","}${stringify(name)}:${members[name]}`;
  return `{${text}}`;
}

export function membersOf(values: Record<string, unknown>): Members {
  const members = dictionary<string>();
  const names = ownKeys(values) as string[];
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    if (hasOwn(values, name)) members[name] = stringify(values[name]) ?? "null";
  }
  return members;
}

function changesJson(data: PlayerData): string {
  let set = "";
  let removed = "";
  for (const name in data.changed) {
    if (data.changed[name] === "set") set += `${set === "" ? "" : ","}${stringify(name)}:${data.members?.[name]}`;
    else removed += `${removed === "" ? "" : ","}${stringify(name)}`;
  }
  return `{"set":{${set}},"removed":[${removed}]}`;
}

function plainJson(values: Record<string, unknown>): string {
  let text = "";
  for (const name in values) text += `${text === "" ? "" : ","}${stringify(name)}:${stringify(values[name])}`;
  return `{${text}}`;
}

function copy<Value>(values: unknown): Record<string, Value> {
  const copied = dictionary<Value>();
  const source = (values ?? {}) as Record<string, Value>;
  const names = ownKeys(source) as string[];
  for (let index = 0; index < names.length; index++) copied[names[index] as string] = source[names[index] as string]!;
  return copied;
}
