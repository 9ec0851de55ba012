import { Type } from "@sinclair/typebox";
import { RequestError } from "../../errors.ts";
import { ChallengeFields, EXAMPLE_CHALLENGE } from "../../multiplayer/challenges/fields.ts";
import type { ChallengeWork } from "../../multiplayer/challenges/step.ts";
import type { RequestContext } from "../definition.ts";
import { optionalText, text } from "../fields.ts";

/** What the requests on challenges share. */
export const ChallengeIdField = { challengeInstanceId: text("The challenge's id.") };
export const MessageField = { message: optionalText("What the player says to the others.") };
export const challengeList = Type.Array(ChallengeFields, { description: "The challenges." });

export const EXAMPLE_ID = EXAMPLE_CHALLENGE.challengeId;

/** Longest thing that a player says, in UTF-16 units. */
const MAX_MESSAGE_LENGTH = 4_096;

export const notInvolved = {
  key: "challengeInstanceId",
  value: "INVALID",
  message: "The player has nothing to do with a challenge of that id, or its state does not allow this any more.",
};

export const messageTooLong = {
  key: "message",
  value: "TOO_LONG",
  message: "The message has more than 4,096 characters; send a shorter one.",
};

export const insufficientFunds = {
  key: "currency1Wager",
  value: "INSUFFICIENT_FUNDS",
  message: "The player has less of the currency, by its short code, than is to be set aside.",
};

export function workOf({ documents, messages, clock }: RequestContext): ChallengeWork {
  return { documents, messages, now: clock.now() };
}

/** Refuses `{field: "TOO_LONG"}`. */
export function spoken(field: string, message: string | undefined): string | undefined {
  if (message !== undefined && message.length > MAX_MESSAGE_LENGTH) throw new RequestError({ [field]: "TOO_LONG" });
  return message;
}
