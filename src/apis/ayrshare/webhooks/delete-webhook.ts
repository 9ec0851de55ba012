import { Type } from "@sinclair/typebox";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { actingProfile, ProfileKey } from "../profile.ts";
import { Action, removeWebhook } from "./webhooks.ts";

export const deleteWebhook = defineRoute({
  name: "deleteWebhook",
  method: "DELETE",
  path: "/api/hook/webhook",
  aliases: [{ method: "DELETE", path: "/api/hook" }],
  summary: "Removes the profile's webhook for an action. Events that were not delivered yet are dropped.",
  scope: "social:write",
  work: "write",
  body: Type.Object({ action: Action, profileKey: ProfileKey }),
  response: Type.Object({ status: Type.Literal("success"), action: Type.String() }),
  errors: [{ status: 404, code: 404, meaning: "The profile has no webhook for this action." }],
  examples: [
    {
      title: "Remove a webhook",
      body: { action: "social" },
      status: 200,
      response: { status: "success", action: "social" },
    },
  ],

  async handle(context, { body: { action, profileKey } }) {
    const profile = await actingProfile(context, profileKey);
    if (!(await removeWebhook(context, profile, action))) {
      throw new ApiRefusal(404, 404, "The profile has no webhook for this action.");
    }
    return { body: { status: "success" as const, action } };
  },
});
