import { Type } from "@sinclair/typebox";
import type { ProfileDocument } from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute, type Reply, type RouteContext } from "../../route.ts";
import { CODES, refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { actingProfile, ProfileKey } from "../profile.ts";
import { consumerIn } from "./consumer.ts";
import { deleteAllScheduled, deleteOne } from "./deletion.ts";

const MAX_BULK = 100;
const Id = Type.String({ maxLength: 100 });

const Outcome = Type.Object(
  {
    action: Type.Literal("delete"),
    status: Type.String({ description: "success or error." }),
    id: Type.Optional(Type.String({ description: "The id on the network." })),
    code: Type.Optional(Type.Integer()),
    message: Type.Optional(Type.String()),
  },
  { description: "Per network that had the post, under the network's name." },
);

export const deletePost = defineRoute({
  name: "deletePost",
  method: "DELETE",
  path: "/api/post",
  aliases: [{ method: "DELETE", path: "/api/delete" }],
  summary:
    "Deletes a post: one that waits is never sent, a published one is deleted on its networks. Instagram and TikTok have no call for that; delete the post there and send markManualDeleted.",
  scope: "publish:write",
  work: "calls",
  body: Type.Object({
    id: Type.Optional(Type.String({ description: "The post's id.", maxLength: 100 })),
    bulk: Type.Optional(Type.Array(Id, { description: "Ids of posts, at least one.", maxItems: MAX_BULK })),
    deleteAllScheduled: Type.Optional(
      Type.Boolean({ description: "Deletes all posts of the profile that wait. `id` and `bulk` are ignored." }),
    ),
    markManualDeleted: Type.Optional(
      Type.Boolean({
        description:
          "Records the post as deleted and deletes nothing on the networks. Refused if a network still shows it.",
      }),
    ),
    profileKey: ProfileKey,
  }),
  response: Type.Object(
    {
      status: Type.String({ description: "success or error." }),
      id: Type.Optional(Type.String()),
      code: Type.Optional(Type.Integer({ description: "200." })),
      bulk: Type.Optional(Type.Array(Type.Unknown(), { description: "The answer for each id of `bulk`." })),
      deleted: Type.Optional(Type.Integer({ description: "With deleteAllScheduled: how many posts." })),
    },
    { additionalProperties: Outcome },
  ),
  errors: [
    { status: 400, code: CODES.UNKNOWN_POST, meaning: "The profile has no such post." },
    { status: 400, code: CODES.STILL_PRESENT, meaning: "With markManualDeleted: a network still shows the post." },
    { status: 400, code: CODES.ALREADY_DELETED, meaning: "The post was deleted already." },
    {
      status: 400,
      code: CODES.X_CREDENTIALS_REQUIRED,
      meaning: "The X account needs the headers with a consumer pair.",
    },
    { status: 409, code: 409, meaning: "The post is being sent at this moment." },
  ],
  examples: [
    {
      title: "Delete a post that waits",
      body: { id: EXAMPLE.post },
      status: 200,
      response: { status: "success", id: EXAMPLE.post, code: 200 },
    },
    {
      title: "Delete a post that does not exist",
      body: { id: "unknown" },
      status: 400,
      response: {
        action: "delete",
        status: "error",
        code: 114,
        message: "The profile has no post with this id.",
        id: "unknown",
      },
    },
  ],

  async handle(context, { body }) {
    const consumer = consumerIn(context);
    const profile = await actingProfile(context, body.profileKey);
    if (body.deleteAllScheduled) {
      const deleted = await deleteAllScheduled(context, profile);
      return { body: { status: "success", deleted } };
    }
    const how = { isManual: body.markManualDeleted === true, consumer };
    if (body.bulk?.length === 0) throw refusal(400, "bulk: Must have at least one id.");
    if (body.bulk) return deleteEach(context, profile, body.bulk, how);
    if (body.id === undefined) throw refusal(400, "id, bulk or deleteAllScheduled is required.");
    return deleteOne(context, profile, body.id, how);
  },
});

type How = Parameters<typeof deleteOne>[3];

/** One after the other, so that a network is not called for all at once. */
async function deleteEach(context: RouteContext, profile: ProfileDocument, ids: readonly string[], how: How) {
  const replies: Reply<{ status: string }>[] = [];
  for (const id of new Set(ids)) replies.push(await orRefused(() => deleteOne(context, profile, id, how)));
  const isWell = replies.every(({ status = 200 }) => status === 200);
  const body = { status: isWell ? "success" : "error", bulk: replies.map((reply) => reply.body) };
  return { status: isWell ? 200 : 400, body };
}

async function orRefused(work: () => Promise<Reply<{ status: string }>>): Promise<Reply<{ status: string }>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    const { status, code, message, beside } = error;
    const body = { action: "delete", status: "error", code, message, ...beside };
    return { status, body };
  }
}
