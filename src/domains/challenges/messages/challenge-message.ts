import { type TObject, type TProperties, Type } from "@sinclair/typebox";
import { defineMessage, type MessageDefinition } from "../../../kernel/message.ts";
import { withChallengeData } from "../challenge-data.ts";
import { ChallengeFields, EXAMPLE_CHALLENGE } from "../fields.ts";

/** Fields of challenge messages besides the challenge. */
export const who = Type.Optional(Type.String({ description: "The display name of the player who did it." }));
export const said = Type.Optional(Type.String({ description: "The text that the player sent along." }));
export const winnerName = Type.Optional(Type.String({ description: "The display name of the winner." }));

/** Defines a message class. Messages contain the challenge as of the event, with its current script data. */
export function defineChallengeMessage<F extends TProperties>(definition: {
  name: string;
  description: string;
  fields: F;
  example: Record<string, unknown>;
}): MessageDefinition {
  const { name, description, fields, example } = definition;
  return defineMessage({
    name,
    description,
    refresh: withChallengeData,
    fields: Type.Object({ challenge: ChallengeFields, ...fields }) as TObject,
    example: {
      "@class": `.${name}`,
      messageId: "5f0c1e2ab3d4c5e6f7a8b9d0",
      notification: true,
      challenge: EXAMPLE_CHALLENGE,
      ...example,
      playerId: "5f0c1e2ab3d4c5e6f7a8b9c1",
      summary: name,
    },
  });
}
