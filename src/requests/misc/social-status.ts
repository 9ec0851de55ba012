import { Type } from "@sinclair/typebox";
import { wireDate } from "../../wire-date.ts";
import { defineRequest } from "../definition.ts";
import { optionalText, text } from "../fields.ts";

const SocialStatusFields = Type.Object({
  systemId: text("The external system's two-letter id."),
  active: Type.Boolean({ description: "Whether the stored token still works there." }),
  expires: optionalText("When the token expires, as yyyy-MM-dd'T'HH:mm'Z'."),
});

/** Source: GameSparks documentation, SocialStatusRequest. */
export const socialStatus = defineRequest({
  name: "SocialStatusRequest",
  responseName: "SocialStatusResponse",
  category: "misc",
  description: "Lists the external accounts that the player is linked to.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({
    statuses: Type.Array(SocialStatusFields, { description: "One entry for each linked account." }),
  }),
  errors: [],
  examples: [
    {
      title: "Linked to Facebook",
      request: { "@class": ".SocialStatusRequest" },
      response: {
        "@class": ".SocialStatusResponse",
        statuses: [{ systemId: "FB", active: true, expires: "2026-12-24T18:00Z" }],
      },
    },
  ],
  prepare: ({ documents, player, socialStatuses }) => socialStatuses.of(documents, player),
  async handle(_context, _request, statuses) {
    return {
      response: {
        statuses: statuses.map(({ systemId, active, expiresAt }) => ({
          systemId,
          active,
          ...(expiresAt !== undefined && { expires: wireDate(new Date(expiresAt)) }),
        })),
      },
    };
  },
});
