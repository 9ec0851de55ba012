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
import { hasNotStarted, hasReplied, isDeclinedByAll, isFull, isPastExpiry } from "./rules.ts";
import type { ChallengeWork, Step } from "./step.ts";
import { settle, stake } from "./wagers.ts";

/** Replies of players to a challenge. Call each in a transaction. */

type Said = string | undefined;

/** Accepts an invitation. Refuses `challengeInstanceId: INVALID`, and like `stake`. */
export async function accept(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, async (step) => {
    const { challenge } = step;
    requireInvitation(challenge, player);
    if (isFull(challenge)) throw invalid("The challenge is full.");
    if (isPastExpiry(challenge, work.now)) throw invalid("The challenge's expiry time has passed.");
    await addPlayer(step, player);
    step.notify(challengeAcceptedMessage, others(challenge, player), saidBy(player, message));
    startIfReady(step);
  });
}

/** Declines an invitation. Refuses `challengeInstanceId: INVALID`. */
export async function decline(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, async (step) => {
    const { challenge } = step;
    requireInvitation(challenge, player);
    challenge.declined = [...challenge.declined, player];
    if (isDeclinedByAll(challenge)) {
      await settle(step);
      challenge.state = "DECLINED";
    }
    step.notify(challengeDeclinedMessage, challenge.accepted, saidBy(player, message));
    startIfReady(step);
  });
}

/** Withdraws the challenger's own challenge. Refuses `challengeInstanceId: INVALID`. */
export async function withdraw(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, async (step) => {
    const { challenge } = step;
    if (challenge.challenger !== player) throw invalid();
    if (!hasNotStarted(challenge)) throw invalid(`The challenge is ${challenge.state}.`);
    await settle(step);
    challenge.state = "WITHDRAWN";
    const recipients = challenge.players.filter((one) => one !== player && !challenge.declined.includes(one));
    step.notify(challengeWithdrawnMessage, recipients, saidBy(player, message));
  });
}

export interface Joining {
  /** The player's segments, from the account or as claimed by the client. */
  segments: Readonly<Record<string, string>>;
  isFriend(challenger: PlayerId): Promise<boolean>;
  message: Said;
}

/** Joins an open challenge; see `joinRefusals`. Returns false if it is full, has started or has ended. */
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
    if (!hasNotStarted(challenge) || isFull(challenge) || isPastExpiry(challenge, work.now)) return false;
    await addPlayer(step, player);
    step.notify(challengeJoinedMessage, others(challenge, player), saidBy(player, joining.message));
    startIfReady(step);
    return true;
  });
  if (joined === undefined) throw new RequestError(field("challengeInstanceId", "UNKNOWN"));
  return joined;
}

/** Sends a chat message to all participants. Refuses `challengeInstanceId: INVALID`. */
export async function chat(work: ChallengeWork, player: PlayerId, id: string, message: Said): Promise<void> {
  await changeOr(work, id, (step) => {
    const { challenge } = step;
    if (!challenge.players.includes(player)) throw invalid();
    const recipients = challenge.accepted.includes(player) ? challenge.accepted : [...challenge.accepted, player];
    step.notify(challengeChatMessage, recipients, saidBy(player, message));
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
  if (!hasNotStarted(challenge)) throw invalid(`The challenge is ${challenge.state}.`);
}

async function addPlayer(step: Step, player: PlayerId): Promise<void> {
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
