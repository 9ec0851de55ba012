import { Type } from "@sinclair/typebox";
import { changePost, type PostDocument, SocialRefused } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { instantOf, utc, WANTED_TIME } from "../dates.ts";
import { CODES, conflict, refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { actingProfile, ProfileKey } from "../profile.ts";
import { postOf, statusOf } from "./post-view.ts";

export const updatePost = defineRoute({
  name: "updatePost",
  method: "PATCH",
  path: "/api/post",
  aliases: [{ method: "PUT", path: "/api/post" }],
  summary: "Approves, moves, pauses or resumes a post that was not sent yet, or changes its notes.",
  scope: "publish:write",
  work: "write",
  body: Type.Object({
    id: Type.String({ description: "The post's id.", maxLength: 100 }),
    scheduleDate: Type.Optional(
      Type.String({
        description: "When to publish, in UTC, such as 2030-01-31T18:00:00Z. A time in the past: at once.",
      }),
    ),
    approved: Type.Optional(
      Type.Literal(true, { description: "Approves a post that waits for it. It is sent at its time, or at once." }),
    ),
    scheduledPause: Type.Optional(Type.Boolean({ description: "Pauses a scheduled post, or resumes it." })),
    notes: Type.Optional(Type.String({ description: "Shown in the history.", maxLength: 10_000 })),
    profileKey: ProfileKey,
  }),
  response: Type.Object({
    status: Type.Literal("success"),
    id: Type.String(),
    refId: Type.String(),
    scheduleDate: Type.String(),
    postStatus: Type.String({ description: "pending, awaiting approval or paused." }),
  }),
  errors: [
    { status: 400, code: CODES.UNKNOWN_POST, meaning: "The profile has no such post." },
    { status: 409, code: 409, meaning: "The post was sent or deleted, or does not wait for approval." },
  ],
  examples: [
    {
      title: "Move a post",
      body: { id: EXAMPLE.post, scheduleDate: "2026-01-03T18:00:00Z" },
      status: 200,
      response: {
        status: "success",
        id: EXAMPLE.post,
        refId: EXAMPLE.refId,
        scheduleDate: "2026-01-03T18:00:00Z",
        postStatus: "pending",
      },
    },
  ],

  async handle(context, { body }) {
    const { documents, by, now } = context;
    const { id, scheduleDate, approved, scheduledPause: paused, notes } = body;
    const profile = await actingProfile(context, body.profileKey);
    const post = await postOf(documents, { profileId: profile._id }, id);
    if (!post) throw refusal(CODES.UNKNOWN_POST, "The profile has no post with this id.", { beside: { id } });
    const at = scheduleDate === undefined ? undefined : instantOf(scheduleDate);
    if (scheduleDate !== undefined && at === undefined) {
      throw refusal(400, `scheduleDate: Must be ${WANTED_TIME}. Other time zones are not understood.`);
    }
    const scheduledFor = at === undefined ? sendable(post, { approved, paused }, now) : Math.max(at, now);
    const change = { scheduledFor, approved, paused, notes };
    const changed = await changePost(documents, post, change, { by, now }).catch((error: unknown) => {
      if (error instanceof SocialRefused && error.code === "CONFLICT") {
        throw conflict(`The post cannot be changed so: it is ${statusOf(post)}.`, { beside: { id } });
      }
      throw error;
    });
    const rest = { refId: profile.refId, scheduleDate: utc(changed.scheduledFor), postStatus: statusOf(changed) };
    return { body: { status: "success" as const, id, ...rest } };
  },
});

/** A post whose time passed while it waited for a person is due now, not missed. */
function sendable(
  { scheduledFor }: PostDocument,
  { approved, paused }: { approved: true | undefined; paused: boolean | undefined },
  now: number,
): number | undefined {
  const isReleased = approved === true || paused === false;
  return isReleased && scheduledFor.getTime() < now ? now : undefined;
}
