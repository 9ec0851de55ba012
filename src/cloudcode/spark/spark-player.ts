import {
  booleanArgument,
  countArgument,
  jsonArgument,
  memberOrNull,
  nameOrNull,
  queryArgument,
  textArgument,
} from "../realm/arguments.ts";
import { addMethod, addProperties, addUnsupported } from "../realm/classes.ts";
import { askHost, callHost } from "../realm/host.ts";
import { dictionary, hasOwn, OriginalDate, parse, stringify } from "../realm/originals.ts";
import {
  forgetChanges,
  type Members,
  type PlayerData,
  type PlayerState,
  playerDetails,
  playerMembers,
  playerOutput,
} from "../realm/player.ts";
import { currentPlayer } from "../realm/players.ts";
import { liveRun, membersValue, readMember, setMember } from "../realm/run.ts";
import { unsupportedInPlayer } from "./unsupported.ts";

/** Quantities may be negative. */
const ANY = -(2 ** 53);

/**
 * A player. Changes are visible to this script at once. They are written when it ends (for a request's script, together
 * with the request), by `persist()`, or before it sends a request, after which players are read again. If the script
 * fails, other changes are dropped. Passwords, tokens and locks are changed at once.
 */
export class SparkPlayer {
  readonly #state: PlayerState;

  constructor(state: PlayerState) {
    this.#state = state;
  }

  get #live(): PlayerState {
    liveRun();
    return currentPlayer(this.#state);
  }

  /** For state that scripts can change: records that it was read, which is checked before changes are written. */
  get #read(): PlayerState {
    const state = this.#live;
    state.read = true;
    return state;
  }

  get #change(): PlayerState {
    const state = this.#live;
    state.changed = true;
    return state;
  }

  /** The player's id. */
  getPlayerId(): string {
    liveRun();
    return this.#state.playerId;
  }

  /** The name that the player logs in with. */
  getUserName(): string {
    return this.#live.userName;
  }

  /** The name shown to others, or null. */
  getDisplayName(): string | null {
    return this.#live.displayName;
  }

  /** A member of the script data, which the player and friends can read, or null. Without a name: all of it. */
  getScriptData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: an undefined name differs from a missing one
    return readData(this.#read.scriptData, "SparkPlayer.getScriptData", name, arguments.length);
  }

  /** Sets a member of the script data. */
  setScriptData(name: string, value: unknown): void {
    this.#write("scriptData", "SparkPlayer.setScriptData", name, value);
  }

  /** Removes a member of the script data. */
  removeScriptData(name: string): void {
    this.#remove("scriptData", "SparkPlayer.removeScriptData", name);
  }

  /** A member of the private data, which never leaves the server, or null. Without a name: all of it. */
  getPrivateData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: an undefined name differs from a missing one
    return readData(this.#read.privateData, "SparkPlayer.getPrivateData", name, arguments.length);
  }

  /** Sets a member of the private data. */
  setPrivateData(name: string, value: unknown): void {
    this.#write("privateData", "SparkPlayer.setPrivateData", name, value);
  }

  /** Removes a member of the private data. */
  removePrivateData(name: string): void {
    this.#remove("privateData", "SparkPlayer.removePrivateData", name);
  }

  /** The balance of a currency: `currency1` to `currency6`, or another one's short code. */
  getBalance(shortCode: string): number {
    const code = memberOrNull("SparkPlayer.getBalance", "shortCode", shortCode);
    return code === null ? 0 : balanceOf(this.#read, code);
  }

  /** All balances, by currency. */
  getAllBalances(): Record<string, number> {
    const state = this.#read;
    const balances: Record<string, number> = {};
    for (const code in playerDetails(state).balances) balances[code] = balanceOf(state, code);
    for (const code in state.balances) balances[code] = balanceOf(state, code);
    return balances;
  }

  /** Adds to a balance. A negative quantity is taken away if the balance is sufficient. */
  credit(shortCode: string, quantity: number, _reason?: string): void {
    const method = "SparkPlayer.credit";
    const code = memberOrNull(method, "shortCode", shortCode);
    this.#give("balances", code, countArgument(method, "quantity", quantity, ANY));
  }

  /** Takes from a balance; false, without effect, if it is insufficient. A negative quantity is added. */
  debit(shortCode: string, quantity: number, _reason?: string): boolean {
    const method = "SparkPlayer.debit";
    const code = memberOrNull(method, "shortCode", shortCode);
    return this.#give("balances", code, -countArgument(method, "quantity", quantity, ANY));
  }

  /** The number of a virtual good that the player owns. */
  hasVGood(shortCode: string): number {
    const code = memberOrNull("SparkPlayer.hasVGood", "shortCode", shortCode);
    return code === null ? 0 : goodsOf(this.#read, code);
  }

  /** The number of each virtual good that the player owns. */
  getVirtualGoods(): Record<string, number> {
    const state = this.#read;
    const goods: Record<string, number> = {};
    for (const code in playerDetails(state).goods) if (goodsOf(state, code) > 0) goods[code] = goodsOf(state, code);
    for (const code in state.goods) if (goodsOf(state, code) > 0) goods[code] = goodsOf(state, code);
    return goods;
  }

  /** Adds virtual goods. A negative quantity is taken away; false, without effect, if the player has fewer. */
  addVGood(shortCode: string, quantity: number, _reason?: string): boolean {
    const method = "SparkPlayer.addVGood";
    const code = memberOrNull(method, "shortCode", shortCode);
    return this.#give("goods", code, countArgument(method, "quantity", quantity, ANY));
  }

  /** Uses up virtual goods; false, without effect, if the player has fewer. A negative quantity is added. */
  useVGood(shortCode: string, quantity: number, _reason?: string): boolean {
    const method = "SparkPlayer.useVGood";
    const code = memberOrNull(method, "shortCode", shortCode);
    return this.#give("goods", code, -countArgument(method, "quantity", quantity, ANY));
  }

  /** Whether the player has the achievement. */
  hasAchievement(shortCode: string): boolean {
    const code = nameOrNull("SparkPlayer.hasAchievement", "shortCode", shortCode);
    return code !== null && hasAchieved(this.#read, code);
  }

  /** The short codes of the player's achievements. */
  getAchievements(): string[] {
    const state = this.#read;
    const codes: string[] = [];
    let count = 0;
    for (const code in playerDetails(state).achievements) if (hasAchieved(state, code)) codes[count++] = code;
    for (const code in state.achievements) {
      if (state.achievements[code] && !hasOwn(playerDetails(state).achievements, code)) codes[count++] = code;
    }
    return codes;
  }

  /** Adds an achievement; false if the player already has it. */
  addAchievement(shortCode: string): boolean {
    const code = nameOrNull("SparkPlayer.addAchievement", "shortCode", shortCode);
    if (code === null || hasAchieved(this.#read, code)) return false;
    this.#change.achievements[code] = true;
    return true;
  }

  /** Removes an achievement; false if the player does not have it. */
  removeAchievement(shortCode: string): boolean {
    const code = nameOrNull("SparkPlayer.removeAchievement", "shortCode", shortCode);
    if (code === null || !hasAchieved(this.#read, code)) return false;
    this.#change.achievements[code] = false;
    return true;
  }

  /** The player's value of a segment, or null. */
  getSegmentValue(segmentType: string): string | null {
    const type = nameOrNull("SparkPlayer.getSegmentValue", "segmentType", segmentType);
    return type === null ? null : segmentOf(this.#read, type);
  }

  /** Sets the player's value of a segment; null removes it. */
  setSegmentValue(segmentType: string, segmentValue: string | null): void {
    const method = "SparkPlayer.setSegmentValue";
    const type = memberOrNull(method, "segmentType", segmentType);
    const value = segmentValue === undefined ? null : nameOrNull(method, "segmentValue", segmentValue);
    if (type !== null) this.#change.segments[type] = value;
  }

  /** The player's values of all segments, by segment. */
  getSegments(): Record<string, string> {
    const state = this.#read;
    const segments: Record<string, string> = {};
    for (const type in playerDetails(state).segments) putSegment(segments, state, type);
    for (const type in state.segments) putSegment(segments, state, type);
    return segments;
  }

  /** The player's ids in external systems: `{FB: "1234"}`. */
  getExternalIds(): unknown {
    return parse(playerDetails(this.#live).externalIds);
  }

  /** When the player was created. */
  getCreationDate(): Date {
    return new OriginalDate(playerDetails(this.#live).created);
  }

  /** When the player was last online, to the minute. */
  getLastSeen(): Date {
    return new OriginalDate(playerDetails(this.#live).lastSeen);
  }

  /** The ids of the player's friends. Asks the server. */
  getFriendIds(): unknown {
    return askHost("player.friends", this.#id());
  }

  /** Whether the player is connected now. Asks the server. */
  isOnline(): boolean {
    return askHost("player.online", this.#id()) === true;
  }

  /** Writes this player's changes now. They persist even if the script fails. */
  persist(): void {
    liveRun();
    const state = this.#state;
    if (!state.changed) return;
    callHost("player.persist", `${this.#id()},${playerOutput(state)}`);
    settle(state);
  }

  /** Whether this is the player's password. A wrong one counts as a failed login; false while the player is locked. */
  validatePassword(password: string): boolean {
    const text = textArgument("SparkPlayer.validatePassword", "password", password);
    return askHost("player.validatePassword", `${this.#id()},${stringify(text)}`) === true;
  }

  /** Sets the player's password at once. Revokes authTokens and signs sockets out, as `resetAuthTokens` does. */
  setPassword(password: string): void {
    const text = textArgument("SparkPlayer.setPassword", "password", password);
    callHost("player.setPassword", `${this.#id()},${stringify(text)}`);
  }

  /** Removes a lock caused by wrong passwords, at once. */
  unlock(): void {
    callHost("player.unlock", this.#id());
  }

  /**
   * Revokes the player's authTokens, at once. All sockets of the player, except the one of this script's request, are
   * signed out and get a SessionTerminatedMessage.
   */
  resetAuthTokens(_excludeCurrent?: boolean): void {
    callHost("player.resetAuthTokens", this.#id());
  }

  /**
   * Signs the player out on every socket, at once. The sockets get a SessionTerminatedMessage and stay open. With
   * `excludeCurrent` the socket of this script's request stays signed in.
   */
  disconnect(excludeCurrent?: boolean): void {
    const method = "SparkPlayer.disconnect";
    const excludes = excludeCurrent === undefined ? false : booleanArgument(method, "excludeCurrent", excludeCurrent);
    callHost("player.disconnect", `${this.#id()},${excludes}`);
  }

  /** Removes a message from the player's lists; false if the player has no such message. */
  dismissMessage(messageId: string): boolean {
    const id = nameOrNull("SparkPlayer.dismissMessage", "messageId", messageId);
    return id !== null && askHost("player.dismissMessage", `${this.#id()},${stringify(id)}`) === true;
  }

  /** Whether the player is hidden on leaderboards. Asks the server. */
  isHiddenOnLeaderboards(): boolean {
    return askHost("player.isHidden", this.#id()) === true;
  }

  /** Hides the player on leaderboards, at once. */
  hideOnLeaderboards(): void {
    callHost("player.hide", `${this.#id()},true`);
  }

  /** Shows the player on leaderboards again, at once. */
  showOnLeaderboards(): void {
    callHost("player.hide", `${this.#id()},false`);
  }

  /** Deletes the player and everything that belongs to the account, at once. */
  deletePlayer(): void {
    // The script may still read the last state.
    currentPlayer(this.#state);
    callHost("player.delete", this.#id());
  }

  /** Whether this player matches a query of the system collection `player`. */
  matchesMongoQuery(mongoQuery: object): boolean {
    const query = queryArgument("SparkPlayer.matchesMongoQuery", "mongoQuery", mongoQuery);
    return askHost("player.matches", `${this.#id()},${query}`) === true;
  }

  /** As `matchesMongoQuery`, with the query as JSON text. */
  matchesMongoQueryString(mongoQueryString: string): boolean {
    const text = textArgument("SparkPlayer.matchesMongoQueryString", "mongoQueryString", mongoQueryString);
    return this.matchesMongoQuery(parse(text) as object);
  }

  #id(): string {
    liveRun();
    return `,${stringify(this.#state.playerId)}`;
  }

  /** Adds to a currency or a virtual good. Returns false, without effect, if the result would be negative. */
  #give(what: "balances" | "goods", code: string | null, by: number): boolean {
    if (code === null) return false;
    if (by < 0 && (what === "goods" ? goodsOf : balanceOf)(this.#read, code) < -by) return false;
    change(this.#change[what], code, by);
    return true;
  }

  #write(area: "scriptData" | "privateData", method: string, name: unknown, value: unknown): void {
    const member = memberOrNull(method, "name", name);
    const text = jsonArgument(method, "value", value);
    if (member !== null) write(this.#change[area], member, text);
  }

  #remove(area: "scriptData" | "privateData", method: string, name: unknown): void {
    const member = memberOrNull(method, "name", name);
    if (member !== null) remove(this.#change[area], member);
  }
}

for (let number = 1; number <= 6; number++) {
  const code = `currency${number}`;
  /** The balance of this currency. */
  addMethod<SparkPlayer>(SparkPlayer, `getBalance${number}`, function (): number {
    return this.getBalance(code);
  });
  /** Adds to the balance of this currency. */
  addMethod<SparkPlayer>(SparkPlayer, `credit${number}`, function (quantity: number): void {
    this.credit(code, quantity);
  });
  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  addMethod<SparkPlayer>(SparkPlayer, `debit${number}`, function (quantity: number): boolean {
    return this.debit(code, quantity);
  });
}
addUnsupported(SparkPlayer, unsupportedInPlayer);
addProperties(SparkPlayer);

/** Returns the same object for a player each time. */
export function playerObject(state: PlayerState): SparkPlayer {
  state.object ??= new SparkPlayer(state);
  return state.object as SparkPlayer;
}

function readData(data: PlayerData, method: string, name: unknown, given: number): unknown {
  const members = playerMembers(data);
  return given === 0 ? membersValue(members) : readMember(members, nameOrNull(method, "name", name));
}

function write(data: PlayerData, name: string, text: string): void {
  setMember(playerMembers(data), name, text);
  data.changed[name] = "set";
}

function remove(data: PlayerData, name: string): void {
  const members: Members = playerMembers(data);
  if (!hasOwn(members, name)) return;
  delete members[name];
  data.changed[name] = "removed";
}

function change(changes: Record<string, number>, code: string, by: number): void {
  changes[code] = (changes[code] ?? 0) + by;
}

function balanceOf(state: PlayerState, code: string): number {
  return (playerDetails(state).balances[code] ?? 0) + (state.balances[code] ?? 0);
}

function goodsOf(state: PlayerState, code: string): number {
  return (playerDetails(state).goods[code] ?? 0) + (state.goods[code] ?? 0);
}

function hasAchieved(state: PlayerState, code: string): boolean {
  return state.achievements[code] ?? hasOwn(playerDetails(state).achievements, code);
}

function segmentOf(state: PlayerState, type: string): string | null {
  return hasOwn(state.segments, type) ? state.segments[type]! : (playerDetails(state).segments[type] ?? null);
}

function putSegment(segments: Record<string, string>, state: PlayerState, type: string): void {
  const value = segmentOf(state, type);
  if (value !== null) segments[type] = value;
}

/** After `persist`, the changes are part of the stored state. */
function settle(state: PlayerState): void {
  const details = playerDetails(state);
  for (const code in state.balances) details.balances[code] = balanceOf(state, code);
  for (const code in state.goods) details.goods[code] = goodsOf(state, code);
  const achievements = dictionary<true>();
  for (const code in details.achievements) if (hasAchieved(state, code)) achievements[code] = true;
  for (const code in state.achievements) if (state.achievements[code]) achievements[code] = true;
  details.achievements = achievements;
  for (const type in state.segments) {
    const value = state.segments[type];
    if (typeof value === "string") details.segments[type] = value;
    else delete details.segments[type];
  }
  forgetChanges(state);
}
