import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { utc } from "../dates.ts";
import { EXAMPLE, EXAMPLE_NOW } from "../examples.ts";
import { actingProfile } from "../profile.ts";

export const listWebhooks = defineRoute({
  name: "listWebhooks",
  method: "GET",
  path: "/api/hook/webhook",
  aliases: [{ method: "GET", path: "/api/hook" }],
  summary: "Returns the profile's webhooks: the URL of each under the name of its action. Secrets are not returned.",
  scope: "social:read",
  work: "read",
  response: Type.Object(
    { status: Type.Literal("success"), refId: Type.String(), updated: Type.Optional(Type.String()) },
    { additionalProperties: Type.String() },
  ),
  examples: [
    {
      title: "One webhook",
      status: 200,
      response: {
        social: "https://studio.example/events",
        status: "success",
        refId: EXAMPLE.refId,
        updated: EXAMPLE_NOW,
      },
    },
  ],

  async handle(context) {
    const { _id: profileId, refId } = await actingProfile(context);
    const hooks = await social(context.documents).webhooks.find({ profileId }).toArray();
    const updated = hooks.map(({ updatedAt }) => updatedAt).sort((one, other) => other.getTime() - one.getTime())[0];
    const urls = Object.fromEntries(hooks.map(({ action, url }) => [action, url]));
    return { body: { ...urls, status: "success" as const, refId, ...(updated && { updated: utc(updated) }) } };
  },
});
