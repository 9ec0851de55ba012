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
 * A challenge. A script's changes take effect at once, even if the script fails later, and wait while another script
 * has the challenge locked. Changes by others are seen when the challenge is loaded again.
 */
export class SparkChallenge {
  readonly #state: ChallengeState;

  constructor(state: ChallengeState) {
    this.#state = state;
  }

  get #live(): ChallengeInput {
    return currentChallenge(this.#state).input;
  }

  /** The state: ISSUED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
  getRunState(): string {
    return this.#live.state;
  }

  /** The challenge's id. */
  getId(): string {
    return this.#live.id;
  }

  /** The short code of the challenge type. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The name of the challenge type. */
  getChallengeName(): string {
    return this.#live.name;
  }

  /** The id of the player who issued the challenge. */
  getChallengerId(): string {
    return this.#live.challenger;
  }

  /** The ids of the invited players. */
  getChallengedPlayerIds(): string[] {
    return copied(this.#live.challenged);
  }

  /** The ids of the participants, including the challenger. */
  getAcceptedPlayerIds(): string[] {
    return copied(this.#live.accepted);
  }

  /** The ids of the players who declined. */
  getDeclinedPlayerIds(): string[] {
    return copied(this.#live.declined);
  }

  /** When the challenge started, or null. */
  getStartDate(): Date | null {
    return dateOf(this.#live.startDate);
  }

  /** The latest end, or null. */
  getEndDate(): Date | null {
    return dateOf(this.#live.endDate);
  }

  /** When joining ends, or null. */
  getExpiryDate(): Date | null {
    return dateOf(this.#live.expiryDate);
  }

  /** Ends the challenge; the player wins it and the wagers. No effect if it is not running. */
  winChallenge(winner: SparkPlayer): void {
    const id = winnerId("SparkChallenge.winChallenge", winner);
    this.#step("challenge.win", `,${stringify(id)}`);
  }

  /** Ends the challenge as a draw and returns wagers. No effect if it is not running. */
  drawChallenge(): void {
    this.#step("challenge.draw");
  }

  /** Starts the challenge. No effect if it is neither ISSUED nor WAITING, or has fewer than two participants. */
  startChallenge(): void {
    this.#step("challenge.start");
  }

  /** Takes a player's turn and notifies all participants; false if it is not the player's turn or none is left. */
  takeTurn(playerId: string): boolean {
    return this.#turn("SparkChallenge.takeTurn", playerId, true);
  }

  /** As `takeTurn`, without notification. */
  consumeTurn(playerId: string): boolean {
    return this.#turn("SparkChallenge.consumeTurn", playerId, false);
  }

  /** Removes a player; false if the challenge has ended or the player is not part of it. */
  removePlayer(playerId: string): boolean {
    const id = nameOrNull("SparkChallenge.removePlayer", "playerId", playerId);
    return id !== null && this.#ask("challenge.removePlayer", `,${stringify(id)}`);
  }

  /** A member of the script data, which participants can read, or null. Without a name: all of it. */
  getScriptData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: an undefined name differs from a missing one
    return this.#read("scriptData", "SparkChallenge.getScriptData", name, arguments.length);
  }

  /** Sets a member of the script data. */
  setScriptData(name: string, value: unknown): void {
    this.#set("scriptData", "SparkChallenge.setScriptData", name, value);
  }

  /** Removes a member of the script data. */
  removeScriptData(name: string): void {
    this.#remove("scriptData", "SparkChallenge.removeScriptData", name);
  }

  /** A member of the private data, which never leaves the server, or null. Without a name: all of it. */
  getPrivateData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: an undefined name differs from a missing one
    return this.#read("privateData", "SparkChallenge.getPrivateData", name, arguments.length);
  }

  /** Sets a member of the private data. */
  setPrivateData(name: string, value: unknown): void {
    this.#set("privateData", "SparkChallenge.setPrivateData", name, value);
  }

  /** Removes a member of the private data. */
  removePrivateData(name: string): void {
    this.#remove("privateData", "SparkChallenge.removePrivateData", name);
  }

  /** JSON of the id, after a comma. Checks a private member, as `instanceof` can be deceived. */
  static argumentOf(method: string, challenge: unknown): string {
    if (typeof challenge === "object" && challenge !== null && #state in challenge) return challenge.#id();
    throw new OriginalTypeError(`${method}: challenge must be a SparkChallenge, not ${kindOf(challenge)}.`);
  }

  #id(): string {
    liveRun();
    return `,${stringify(this.#state.input.id)}`;
  }

  /** Ending a challenge with wagers changes players, so the run's own changes are written first. */
  #flush(): void {
    if (this.#live.hasWagers) flushPlayers();
  }

  #step(call: string, more = ""): void {
    this.#flush();
    updateChallenge(this.#state, askHost(call, `${this.#id()}${more}`) as ChallengeInput | null);
  }

  #ask(call: string, more: string): boolean {
    this.#flush();
    const [done, input] = askHost(call, `${this.#id()}${more}`) as [boolean, ChallengeInput | null];
    updateChallenge(this.#state, input);
    return done;
  }

  #turn(method: string, playerId: unknown, notifies: boolean): boolean {
    const id = nameOrNull(method, "playerId", playerId);
    return id !== null && this.#ask("challenge.takeTurn", `,${stringify(id)},${notifies}`);
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

/** Loads a challenge from the server; null if there is none. Always returns the same object for an id. */
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
