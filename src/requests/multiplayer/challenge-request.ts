import { Type } from "@sinclair/typebox";
import { getPlayer } from "../../domains/accounts/index.ts";
import type { ChallengeWork } from "../../domains/challenges/index.ts";
import { ChallengeFields, claimedSegments, EXAMPLE_CHALLENGE, notInvolved } from "../../domains/challenges/index.ts";
import { field, type Refusal, RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import { type AnyRequest, defineRequest, type PlayerContext, type RequestContext } from "../definition.ts";
import { optionalJson, optionalText, text } from "../fields.ts";

/** What requests about challenges share. */
export const ChallengeIdField = { challengeInstanceId: text("The challenge's id.") };
export const MessageField = { message: optionalText("A message to the other players.") };
export const EligibilityField = {
  eligibility: optionalJson("`{segments: {type: value}}`, used instead of the player's own segments."),
};
export const challengeList = Type.Array(ChallengeFields, { description: "The challenges." });

export const EXAMPLE_ID = EXAMPLE_CHALLENGE.challengeId;

/** Longest message of a player, in UTF-16 units. */
const MAX_MESSAGE_LENGTH = 4_096;

export const messageTooLong = field("message", "TOO_LONG", "The message has more than 4,096 characters.");

/**
 * A request by which a player replies to one challenge: it has the challenge's id and a message, and returns the id.
 * `reply` is the work of one transaction.
 */
export function defineReply(definition: {
  /** The class without "Request". */
  name: string;
  description: string;
  /** Besides those of the id and the message. */
  errors?: readonly Refusal<string, string, never>[];
  /** Title of the worked example. */
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

/** The player's segments: those in `EligibilityField`, else those of its account. */
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

/** Refuses `{key: "TOO_LONG"}`. */
export function spoken(key: string, message: string | undefined): string | undefined {
  if (message !== undefined && message.length > MAX_MESSAGE_LENGTH) throw new RequestError(field(key, "TOO_LONG"));
  return message;
}
