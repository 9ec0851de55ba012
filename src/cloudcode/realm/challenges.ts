import type { ChallengeInput } from "../../domains/challenges/index.ts";
import { askHost } from "./host.ts";
import { hasOwn, parse, stringify } from "./originals.ts";
import { type Members, membersOf } from "./player.ts";
import { liveRun } from "./run.ts";

/** A challenge as a run sees it: the server's state with the run's changes. */
export interface ChallengeState {
  input: ChallengeInput;
  /** Members as JSON text; null until first use. */
  scriptData: Members | null;
  privateData: Members | null;
  /** Must be reloaded, as it may have changed elsewhere. */
  stale: boolean;
  /** The Spark object that scripts hold. */
  object: object | null;
}

/** Returns the run's state of a challenge that the server sent, one per challenge. */
export function challengeState(input: ChallengeInput): ChallengeState {
  const { challenges } = liveRun();
  if (hasOwn(challenges, input.id)) {
    const known = challenges[input.id]!;
    updateChallenge(known, input);
    return known;
  }
  const state = { input, scriptData: null, privateData: null, stale: false, object: null };
  challenges[input.id] = state;
  return state;
}

/** Takes over the current state. A deleted challenge (null) keeps the last known one. */
export function updateChallenge(state: ChallengeState, input: ChallengeInput | null): void {
  state.stale = false;
  if (input === null) return;
  state.input = input;
  state.scriptData = null;
  state.privateData = null;
}

/** Returns the current state. Asks the server if it is stale. */
export function currentChallenge(state: ChallengeState): ChallengeState {
  liveRun();
  if (state.stale)
    updateChallenge(state, askHost("challenge.load", `,${stringify(state.input.id)}`) as ChallengeInput | null);
  return state;
}

/** Marks all challenges as stale, before something else works on them. */
export function invalidateChallenges(): void {
  const { challenges } = liveRun();
  for (const id in challenges) challenges[id]!.stale = true;
}

export function challengeMembers(state: ChallengeState, area: "scriptData" | "privateData"): Members {
  state[area] ??= membersOf(parse(state.input[area]) as Record<string, unknown>);
  return state[area];
}
