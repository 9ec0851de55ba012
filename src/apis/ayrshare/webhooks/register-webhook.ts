import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { actingProfile, ProfileKey } from "../profile.ts";
import { storable } from "../storable.ts";
import { addressProblem } from "../web-address.ts";
import { Action, saveWebhook, sealSecret, Webhook } from "./webhooks.ts";

export const registerWebhook = defineRoute({
  name: "registerWebhook",
  method: "POST",
  path: "/api/hook/webhook",
  aliases: [{ method: "POST", path: "/api/hook" }],
  summary:
    "Registers where events of the profile are sent; an earlier registration for the same action is replaced. Events of a profile without its own webhook go to that of the primary profile.",
  scope: "social:write",
  work: "write",
  body: Type.Object({
    action: Action,
    url: Type.String({ description: "An https URL." }),
    secret: Type.Optional(
      Type.String({
        description: "Events are signed with it: X-Authorization-Content-SHA256 is the HMAC-SHA256 of the body in hex.",
        minLength: 1,
        maxLength: 500,
        wanted: "a text of 1 to 500 characters",
      }),
    ),
    profileKey: ProfileKey,
  }),
  response: Webhook,
  errors: [{ status: 400, code: 400, meaning: "The action is unknown, or the URL is not https." }],
  examples: [
    {
      title: "Hear of accounts that are linked and unlinked",
      body: { action: "social", url: "https://studio.example/events", secret: "a long random text" },
      status: 200,
      response: {
        status: "success",
        action: "social",
        url: "https://studio.example/events",
        refId: EXAMPLE.refId,
      },
    },
  ],

  async handle(context, { body: { action, url, secret: text, profileKey } }) {
    const problem = addressProblem(url, context.kernel.config);
    if (problem) throw refusal(400, `url: It ${problem}`);
    const profile = await actingProfile(context, profileKey);
    const secret = text === undefined ? undefined : await storable(() => sealSecret(context, profile, action, text));
    await saveWebhook(context, profile, { action, url, secret });
    return { body: { status: "success" as const, action, url, refId: profile.refId } };
  },
});
