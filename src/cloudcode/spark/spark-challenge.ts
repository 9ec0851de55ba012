import type { ChallengeInput } from "../../domains/challenges/index.ts";
import { jsonArgument, kindOf, memberOrNull, nameOrNull } from "../realm/arguments.ts";
import {
  type ChallengeState,
  challengeMembers,
  challengeState,
  currentChallenge,
  updateChallenge,
} from "../realm/challenges.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost, callHost } from "../realm/host.ts";
import { OriginalDate, OriginalTypeError, stringify } from "../realm/originals.ts";
import { flushPlayers } from "../realm/players.ts";
import { liveRun, membersValue, readMember, setMember } from "../realm/run.ts";
import { SparkPlayer } from "./spark-player.ts";

/**
 * A challenge. What a script changes of it is changed at once, whatever becomes of the script, and is seen by everybody;
 * each change waits while another script has the challenge locked. Others' changes are seen when it is got again.
 */
export class SparkChallenge {
  readonly #state: ChallengeState;

  constructor(state: ChallengeState) {
    this.#state = state;
  }

  get #live(): ChallengeInput {
    return currentChallenge(this.#state).input;
  }

  /** Its state: ISSUED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
  getRunState(): string {
    return this.#live.state;
  }

  /** Its id. */
  getId(): string {
    return this.#live.id;
  }

  /** The short code of its kind. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The name of its kind. */
  getChallengeName(): string {
    return this.#live.name;
  }

  /** The id of the player who issued it. */
  getChallengerId(): string {
    return this.#live.challenger;
  }

  /** The ids of the players who were invited. */
  getChallengedPlayerIds(): string[] {
    return copied(this.#live.challenged);
  }

  /** The ids of the players who play it; the challenger's too. */
  getAcceptedPlayerIds(): string[] {
    return copied(this.#live.accepted);
  }

  /** The ids of the players who declined. */
  getDeclinedPlayerIds(): string[] {
    return copied(this.#live.declined);
  }

  /** When it began; null until it has. */
  getStartDate(): Date | null {
    return dateOf(this.#live.startDate);
  }

  /** When it ends at the latest; null where nothing was said. */
  getEndDate(): Date | null {
    return dateOf(this.#live.endDate);
  }

  /** Until when players can join; null where nothing was said. */
  getExpiryDate(): Date | null {
    return dateOf(this.#live.expiryDate);
  }

  /** It is over, and the player has won it and what was wagered. Nothing where it does not run, or the player is none of it. */
  winChallenge(winner: SparkPlayer): void {
    const id = winnerId("SparkChallenge.winChallenge", winner);
    this.#step("challenge.win", `,${stringify(id)}`);
  }

  /** It is over, and nobody has won; wagers are given back. Nothing where it does not run. */
  drawChallenge(): void {
    this.#step("challenge.draw");
  }

  /** It begins now. Nothing where it is neither ISSUED nor WAITING, or fewer than two play. */
  startChallenge(): void {
    this.#step("challenge.start");
  }

  /** A player takes a turn, which all are told; false where it is another's turn, or the player has none left. */
  takeTurn(playerId: string): boolean {
    return this.#turn("SparkChallenge.takeTurn", playerId, true);
  }

  /** As `takeTurn`, without the message. */
  consumeTurn(playerId: string): boolean {
    return this.#turn("SparkChallenge.consumeTurn", playerId, false);
  }

  /** Puts a player out of it; false where it is over, or the player has nothing to do with it. */
  removePlayer(playerId: string): boolean {
    const id = nameOrNull("SparkChallenge.removePlayer", "playerId", playerId);
    return id !== null && this.#ask("challenge.removePlayer", `,${stringify(id)}`);
  }

  /** A member of its script data, which its players can read; null where there is none. Without a name, all of them. */
  getScriptData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: a name that is undefined is not the same as none
    return this.#read("scriptData", "SparkChallenge.getScriptData", name, arguments.length);
  }

  /** Sets a member of its script data. */
  setScriptData(name: string, value: unknown): void {
    this.#set("scriptData", "SparkChallenge.setScriptData", name, value);
  }

  /** Removes a member of its script data. */
  removeScriptData(name: string): void {
    this.#remove("scriptData", "SparkChallenge.removeScriptData", name);
  }

  /** A member of its private data, which never leaves the server; null where there is none. Without a name, all of them. */
  getPrivateData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: a name that is undefined is not the same as none
    return this.#read("privateData", "SparkChallenge.getPrivateData", name, arguments.length);
  }

  /** Sets a member of its private data. */
  setPrivateData(name: string, value: unknown): void {
    this.#set("privateData", "SparkChallenge.setPrivateData", name, value);
  }

  /** Removes a member of its private data. */
  removePrivateData(name: string): void {
    this.#remove("privateData", "SparkChallenge.removePrivateData", name);
  }

  /** JSON of its id, for calls: after a comma. Also proves that `challenge` is one, as `instanceof` could be deceived. */
  static argumentOf(method: string, challenge: unknown): string {
    if (typeof challenge === "object" && challenge !== null && #state in challenge) return challenge.#id();
    throw new OriginalTypeError(`${method}: challenge must be a SparkChallenge, not ${kindOf(challenge)}.`);
  }

  #id(): string {
    liveRun();
    return `,${stringify(this.#state.input.id)}`;
  }

  /** Its end changes players where there are wagers: what the run changed of them is written before. */
  #release(): void {
    if (this.#live.hasWagers) flushPlayers();
  }

  #step(call: string, more = ""): void {
    this.#release();
    updateChallenge(this.#state, askHost(call, `${this.#id()}${more}`) as ChallengeInput | null);
  }

  #ask(call: string, more: string): boolean {
    this.#release();
    const [done, input] = askHost(call, `${this.#id()}${more}`) as [boolean, ChallengeInput | null];
    updateChallenge(this.#state, input);
    return done;
  }

  #turn(method: string, playerId: unknown, tells: boolean): boolean {
    const id = nameOrNull(method, "playerId", playerId);
    return id !== null && this.#ask("challenge.takeTurn", `,${stringify(id)},${tells}`);
  }

  #read(area: "scriptData" | "privateData", method: string, name: unknown, given: number): unknown {
    const members = challengeMembers(currentChallenge(this.#state), area);
    return given === 0 ? membersValue(members) : readMember(members, nameOrNull(method, "name", name));
  }

  #set(area: "scriptData" | "privateData", method: string, name: unknown, value: unknown): void {
    const member = memberOrNull(method, "name", name);
    const text = jsonArgument(method, "value", value);
    if (member === null) return;
    callHost("challenge.set", `${this.#id()},"${area}",${stringify(member)},${stringify(text)}`);
    setMember(challengeMembers(currentChallenge(this.#state), area), member, text);
  }

  #remove(area: "scriptData" | "privateData", method: string, name: unknown): void {
    const member = memberOrNull(method, "name", name);
    if (member === null) return;
    callHost("challenge.set", `${this.#id()},"${area}",${stringify(member)},null`);
    delete challengeMembers(currentChallenge(this.#state), area)[member];
  }
}

addProperties(SparkChallenge);

/** The challenge of an id, the same object each time; null where there is none. Asks the server. */
export function challengeObject(id: string): SparkChallenge | null {
  const input = askHost("challenge.load", `,${stringify(id)}`) as ChallengeInput | null;
  if (input === null) return null;
  const state = challengeState(input);
  state.object ??= new SparkChallenge(state);
  return state.object as SparkChallenge;
}

function winnerId(method: string, winner: unknown): string {
  if (winner instanceof SparkPlayer) return winner.getPlayerId();
  if (typeof winner === "string") return winner;
  throw new OriginalTypeError(`${method}: winner must be a SparkPlayer, not ${kindOf(winner)}.`);
}

function dateOf(time: number | null): Date | null {
  return time === null ? null : new OriginalDate(time);
}

function copied(ids: readonly string[]): string[] {
  const copy: string[] = [];
  for (let index = 0; index < ids.length; index++) copy[index] = ids[index]!;
  return copy;
}
