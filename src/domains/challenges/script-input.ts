import type { ChallengeDocument } from "./document.ts";

/** A challenge as sent to a sandbox. Times are milliseconds since 1970. */
export interface ChallengeInput {
  id: string;
  shortCode: string;
  name: string;
  state: string;
  challenger: string;
  challenged: readonly string[];
  accepted: readonly string[];
  declined: readonly string[];
  startDate: number | null;
  endDate: number | null;
  expiryDate: number | null;
  scriptData: string;
  privateData: string;
  /** The end of the challenge changes balances of players. */
  hasWagers: boolean;
}

export function challengeInput(challenge: ChallengeDocument): ChallengeInput {
  const time = (date: Date | undefined) => date?.getTime() ?? null;
  return {
    id: challenge._id.toHexString(),
    shortCode: challenge.challengeShortCode,
    name: challenge.challengeName,
    state: challenge.state,
    challenger: challenge.challenger,
    challenged: challenge.challenged,
    accepted: challenge.accepted,
    declined: challenge.declined,
    startDate: time(challenge.startDate),
    endDate: time(challenge.endDate),
    expiryDate: time(challenge.expiryDate),
    scriptData: JSON.stringify(challenge.scriptData),
    privateData: JSON.stringify(challenge.privateData),
    hasWagers: challenge.wagers !== undefined,
  };
}
