import { Type } from "@sinclair/typebox";
import { changePost } from "../../../domains/social/index.ts";
import type { Network } from "../../../publishers/publisher.ts";
import { invalid } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { refusalsOf } from "../envelope.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { futureOf, scheduledDateTime, scheduleId, succeed, success, time } from "../fields.ts";
import { draftOf, platformData } from "./platform-data.ts";
import { findSchedule, platformDataOf, statusOf, tooLate } from "./schedule-view.ts";

export const updateSchedule = defineRoute({
  name: "updateSchedule",
  method: "PATCH",
  path: "/v1/schedule/:scheduleId",
  summary: "Changes a pending post. Members of platformData that are left out stay as they are.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ scheduleId }),
  body: Type.Object({
    scheduledDateTime: Type.Optional(scheduledDateTime),
    platformData: Type.Optional(platformData),
  }),
  response: success(
    Type.Object({
      id: Type.String(),
      status: Type.Literal("pending"),
      scheduledDateTime: time("When it is to be published."),
      platformData,
    }),
  ),
  errors: [
    ...refusalsOf("post"),
    { status: 409, code: "conflict", meaning: "The post is not pending, or is being published." },
  ],
  examples: [
    {
      title: "Correct the title",
      params: { scheduleId: EXAMPLE.schedule },
      body: { platformData: { title: "The harbour race" } },
      status: 200,
      response: {
        success: true,
        data: {
          id: EXAMPLE.schedule,
          status: "pending",
          scheduledDateTime: EXAMPLE_TIME,
          platformData: { title: "The harbour race", description: "Out now.", privacyStatus: "public" },
        },
      },
    },
  ],
  async handle(context, { params, body }) {
    const { kernel, documents, by, now } = context;
    const post = await findSchedule(context, params.scheduleId);
    if (body.scheduledDateTime === undefined && body.platformData === undefined) {
      throw invalid("body", "", "Send scheduledDateTime or platformData.");
    }
    if (post.status !== "queued") throw tooLate(post);
    const data = { ...platformDataOf(post), ...body.platformData };
    const change = {
      ...(body.scheduledDateTime !== undefined && { scheduledFor: futureOf(body.scheduledDateTime, now) }),
      ...(body.platformData && {
        ...draftOf(kernel, post.targets[0]!.network as Network, data, post.media),
        view: { ...post.view, platformData: data },
      }),
    };
    const changed = await changePost(documents, post, change, { by, now });
    return succeed({
      id: params.scheduleId,
      status: statusOf(changed) as "pending",
      scheduledDateTime: changed.scheduledFor.toISOString(),
      platformData: platformDataOf(changed),
    });
  },
});
