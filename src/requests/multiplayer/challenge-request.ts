import { Type } from "@sinclair/typebox";
import { getPlayer } from "../../domains/accounts/index.ts";
import type { ChallengeWork } from "../../domains/challenges/index.ts";
import { ChallengeFields, claimedSegments, EXAMPLE_CHALLENGE } from "../../domains/challenges/index.ts";
import { type ErrorCase, RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import { type AnyRequest, defineRequest, type PlayerContext, type RequestContext } from "../definition.ts";
import { optionalJson, optionalText, text } from "../fields.ts";

/** What the requests on challenges share. */
export const ChallengeIdField = { challengeInstanceId: text("The challenge's id.") };
export const MessageField = { message: optionalText("What the player says to the others.") };
export const EligibilityField = {
  eligibility: optionalJson("`{segments: {type: value}}`, in place of the player's own segments."),
};
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

/** Of `EligibilityField`. */
export const wrongEligibility = [
  { key: "eligibility", value: "UNRECOGNISED", message: "The eligibility has a member other than segments." },
  { key: "eligibility", value: "MALFORMED", message: "A segment of the eligibility is not one value." },
];

/**
 * A request by which a player says something to one challenge: it has the challenge's id and a message, and answers the id.
 * `reply` is one transaction's work.
 */
export function defineReply(definition: {
  /** The class without "Request". */
  name: string;
  description: string;
  /** Beside those of the id and of the message. */
  errors?: readonly ErrorCase[];
  /** Of the worked example. */
  title: string;
  reply(work: ChallengeWork, player: PlayerId, id: string, message: string | undefined): Promise<void>;
}): AnyRequest {
  const { name, description, errors = [], title, reply } = definition;
  return defineRequest({
    name: `${name}Request`,
    responseName: `${name}Response`,
    category: "multiplayer",
    description,
    caller: "player",
    work: "write",
    fields: Type.Object({ ...ChallengeIdField, ...MessageField }),
    response: Type.Object(ChallengeIdField),
    errors: [notInvolved, messageTooLong, ...errors],
    examples: [
      {
        title,
        request: { "@class": `.${name}Request`, challengeInstanceId: EXAMPLE_ID },
        response: { "@class": `.${name}Response`, challengeInstanceId: EXAMPLE_ID },
      },
    ],
    async handle(context, { challengeInstanceId, message }) {
      await reply(workOf(context), context.player, challengeInstanceId, spoken("message", message));
      return { response: { challengeInstanceId } };
    },
  });
}

/** What the player is in: as it claims by `EligibilityField`, else as its account says. */
export async function segmentsOf(
  { documents, player }: PlayerContext,
  eligibility: Record<string, unknown> | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (eligibility) return claimedSegments("eligibility", eligibility);
  return (await getPlayer(documents, player)).segments;
}

export function workOf({ documents, messages, clock }: RequestContext): ChallengeWork {
  return { documents, messages, now: clock.now() };
}

/** Refuses `{field: "TOO_LONG"}`. */
export function spoken(field: string, message: string | undefined): string | undefined {
  if (message !== undefined && message.length > MAX_MESSAGE_LENGTH) throw new RequestError({ [field]: "TOO_LONG" });
  return message;
}
