import { field, RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import { changeChallenge, invalid } from "./change.ts";
import type { ChallengeDocument } from "./document.ts";
import { ineligibility } from "./eligibility.ts";
import { challengeAcceptedMessage } from "./messages/challenge-accepted-message.ts";
import { challengeChatMessage } from "./messages/challenge-chat-message.ts";
import { challengeDeclinedMessage } from "./messages/challenge-declined-message.ts";
import { challengeJoinedMessage } from "./messages/challenge-joined-message.ts";
import { challengeWithdrawnMessage } from "./messages/challenge-withdrawn-message.ts";
import { startIfReady } from "./progress.ts";
import { refusals } from "./refusals.ts";
import { hasNotBegun, hasReplied, isDeclinedByAll, isFull, isLate } from "./rules.ts";
import type { ChallengeWork, Step } from "./step.ts";
import { settle, stake } from "./wagers.ts";

/** What players say to a challenge; each is one transaction's work. */

type Said = string | undefined;

/**
 * A player who was invited accepts. Refuses `challengeInstanceId: INVALID`, also where it is full, has begun or is past
 * its expiry time, and what `stake` refuses.
 */
export async function accept(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, async (step) => {
    const { challenge } = step;
    requireInvitation(challenge, player);
    if (isFull(challenge)) throw invalid("The challenge is full.");
    if (isLate(challenge, work.now)) throw invalid("The challenge's expiry time has passed.");
    await comeIn(step, player);
    step.tell(challengeAcceptedMessage, others(challenge, player), saidBy(player, message));
    startIfReady(step);
  });
}

/** A player who was invited declines. Refuses `challengeInstanceId: INVALID`. */
export async function decline(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, async (step) => {
    const { challenge } = step;
    requireInvitation(challenge, player);
    challenge.declined = [...challenge.declined, player];
    if (isDeclinedByAll(challenge)) {
      await settle(step);
      challenge.state = "DECLINED";
    }
    step.tell(challengeDeclinedMessage, challenge.accepted, saidBy(player, message));
    startIfReady(step);
  });
}

/** The challenger takes it back. Refuses `challengeInstanceId: INVALID`. */
export async function withdraw(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, async (step) => {
    const { challenge } = step;
    if (challenge.challenger !== player) throw invalid();
    if (!hasNotBegun(challenge)) throw invalid(`The challenge is ${challenge.state}.`);
    await settle(step);
    challenge.state = "WITHDRAWN";
    const told = challenge.players.filter((one) => one !== player && !challenge.declined.includes(one));
    step.tell(challengeWithdrawnMessage, told, saidBy(player, message));
  });
}

export interface Joining {
  /** What the player is in; of the player's account, or as the client claims. */
  segments: Readonly<Record<string, string>>;
  /** Friends' ids of the player. */
  isFriend(challenger: PlayerId): Promise<boolean>;
  message: Said;
}

/**
 * A player joins an open challenge. False where there is no place any more: it is full, or has begun, or is over. Refuses
 * `challengeInstanceId: UNKNOWN`, `JOIN`, `eligibility`, and what `stake` refuses.
 */
export async function join(work: ChallengeWork, player: PlayerId, id: string, joining: Joining): Promise<boolean> {
  const joined = await changeChallenge(work, id, async (step) => {
    const { challenge } = step;
    if (challenge.accessType === "PRIVATE") {
      throw new RequestError(refusals.JOIN["Must be a PUBLIC|FRIENDS challenge to join"]);
    }
    if (challenge.accepted.includes(player)) return true;
    if (challenge.accessType === "FRIENDS" && !(await joining.isFriend(challenge.challenger))) {
      throw new RequestError(refusals.JOIN.NOT_FRIEND);
    }
    checkEligibility(challenge, joining.segments);
    if (!hasNotBegun(challenge) || isFull(challenge) || isLate(challenge, work.now)) return false;
    await comeIn(step, player);
    step.tell(challengeJoinedMessage, others(challenge, player), saidBy(player, joining.message));
    startIfReady(step);
    return true;
  });
  if (joined === undefined) throw new RequestError(field("challengeInstanceId", "UNKNOWN"));
  return joined;
}

/** Something said to everybody who plays. Refuses `challengeInstanceId: INVALID`. */
export async function chat(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, (step) => {
    const { challenge } = step;
    if (!challenge.players.includes(player)) throw invalid();
    const told = challenge.accepted.includes(player) ? challenge.accepted : [...challenge.accepted, player];
    step.tell(challengeChatMessage, told, saidBy(player, message));
  });
}

async function changeOr(work: ChallengeWork, id: string, change: (step: Step) => Promise<void> | void): Promise<void> {
  const isDone = await changeChallenge(work, id, async (step) => {
    await change(step);
    return true;
  });
  if (!isDone) throw invalid();
}

function checkEligibility({ eligibility }: ChallengeDocument, segments: Joining["segments"]): void {
  const value = ineligibility(eligibility, segments);
  if (!value) return;
  const reasons = Object.keys(value) as (keyof typeof value)[];
  throw new RequestError(
    reasons.map((reason) => refusals.eligibility[reason]),
    { value },
  );
}

function requireInvitation(challenge: ChallengeDocument, player: PlayerId): void {
  if (!challenge.challenged.includes(player) || hasReplied(challenge, player)) throw invalid();
  if (!hasNotBegun(challenge)) throw invalid(`The challenge is ${challenge.state}.`);
}

async function comeIn(step: Step, player: PlayerId): Promise<void> {
  const { challenge } = step;
  await stake(step, player);
  challenge.accepted = [...challenge.accepted, player];
  challenge.declined = challenge.declined.filter((one) => one !== player);
  if (!challenge.players.includes(player)) challenge.players = [...challenge.players, player];
  challenge.turnCount = { ...challenge.turnCount, [player]: 0 };
}

function others({ accepted }: ChallengeDocument, player: PlayerId): PlayerId[] {
  return accepted.filter((one) => one !== player);
}

function saidBy(who: PlayerId, message: Said) {
  return { who, ...(message !== undefined && { fields: { message } }) };
}
