import type { ChallengeInput } from "../../domains/challenges/index.ts";
import { askHost } from "./host.ts";
import { hasOwn, parse, stringify } from "./originals.ts";
import { type Members, membersOf } from "./player.ts";
import { liveRun } from "./run.ts";

/** A challenge as a run sees it: as the server last told, with what the run has set since. */
export interface ChallengeState {
  input: ChallengeInput;
  /** By member, as JSON texts; null until something reads them. */
  scriptData: Members | null;
  privateData: Members | null;
  /** Something else worked on it since: it is to be read again. */
  stale: boolean;
  /** The object that scripts hold. */
  object: object | null;
}

/** The state of a challenge that the server told of; the same one each time. */
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

/** The challenge as it is by now; one that is gone stays as it was seen last. */
export function updateChallenge(state: ChallengeState, input: ChallengeInput | null): void {
  state.stale = false;
  if (input === null) return;
  state.input = input;
  state.scriptData = null;
  state.privateData = null;
}

/** As the run sees it. Asks the server where `invalidateChallenges` was called since. */
export function currentChallenge(state: ChallengeState): ChallengeState {
  liveRun();
  if (state.stale)
    updateChallenge(state, askHost("challenge.load", `,${stringify(state.input.id)}`) as ChallengeInput | null);
  return state;
}

/** Something else works on challenges: each is read again when it is next asked for something. */
export function invalidateChallenges(): void {
  const { challenges } = liveRun();
  for (const id in challenges) challenges[id]!.stale = true;
}

export function challengeMembers(state: ChallengeState, area: "scriptData" | "privateData"): Members {
  state[area] ??= membersOf(parse(state.input[area]) as Record<string, unknown>);
  return state[area];
}
