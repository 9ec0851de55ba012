import { Type } from "@sinclair/typebox";
import { type ApiKeyDocument, revokeKey, SocialRefused, social } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { apiKeyId, isoOf, nullable, organizationId, time } from "../fields.ts";

export const killApiKey = defineRoute({
  name: "killApiKey",
  method: "POST",
  path: "/v1/api-keys/:apiKeyId/kill",
  summary:
    "Ends a key of the organization at once: its next request is refused with KILL_SWITCH. Any key of the organization may do so, itself included. It can be called again and cannot be undone.",
  scope: undefined,
  work: "write",
  params: Type.Object({ apiKeyId }),
  response: Type.Object({
    apiKey: Type.Object({
      id: apiKeyId,
      organizationId,
      name: Type.String(),
      prefix: Type.String({ description: "How its text begins." }),
      killSwitch: Type.Literal(true),
      isActive: Type.Literal(false),
      revokedAt: nullable(time("When it was killed.")),
    }),
    killed: Type.Literal(true),
  }),
  errors: [{ status: 409, code: "CONFLICT", meaning: "The key was revoked before." }],
  examples: [
    {
      title: "Kill a key that was published by mistake",
      params: { apiKeyId: EXAMPLE.key },
      status: 200,
      response: {
        apiKey: {
          id: EXAMPLE.key,
          organizationId: EXAMPLE.organization,
          name: "Campaign tool",
          prefix: `lp_live_${EXAMPLE.key}`,
          killSwitch: true,
          isActive: false,
          revokedAt: EXAMPLE_TIME,
        },
        killed: true,
      },
    },
  ],
  async handle({ documents, organization, stage, by, now }, { params }) {
    const { keys } = social(documents);
    const read = async (): Promise<ApiKeyDocument> => {
      const key = await keys.findOne({ _id: { $eq: params.apiKeyId } });
      if (key?.organizationId !== organization._id) throw new SocialRefused("NOT_FOUND", "There is no such key.");
      return key;
    };
    await read();
    await revokeKey(documents, params.apiKeyId, { by, now, kill: true });
    const key = await read();
    if (!key.killed) throw new SocialRefused("CONFLICT", "The key was revoked before.");
    return {
      body: {
        apiKey: {
          id: key._id,
          organizationId: key.organizationId,
          name: key.name,
          prefix: `lp_${stage === "live" ? "live" : "test"}_${key._id}`,
          killSwitch: true as const,
          isActive: false as const,
          revokedAt: isoOf(key.revokedAt),
        },
        killed: true as const,
      },
    };
  },
});
