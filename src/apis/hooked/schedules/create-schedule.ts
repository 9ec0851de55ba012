import { Type } from "@sinclair/typebox";
import { createPost } from "../../../domains/social/index.ts";
import { isNetwork } from "../../../publishers/index.ts";
import { invalid } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { refusalsOf } from "../envelope.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { futureOf, integrationId, scheduledDateTime, succeed, success, time, videoId } from "../fields.ts";
import { findIntegration } from "../integrations/integration-view.ts";
import { findVideo } from "../videos/video-view.ts";
import { draftOf, platformData } from "./platform-data.ts";
import { scheduleIdOf } from "./schedule-view.ts";

export const createSchedule = defineRoute({
  name: "createSchedule",
  method: "POST",
  path: "/v1/schedule/create",
  summary: "Schedules a video for an account. What the platform would refuse is refused now.",
  scope: "publish:write",
  work: "write",
  body: Type.Object({
    videoId,
    integrationId,
    scheduledDateTime,
    platformData: Type.Optional(platformData),
  }),
  response: success(
    Type.Object({
      scheduleId: Type.String(),
      status: Type.Literal("pending"),
      scheduledDateTime: time("When it is to be published."),
      platform: Type.String(),
      videoId: Type.String(),
    }),
  ),
  errors: [...refusalsOf("integration"), ...refusalsOf("video")],
  examples: [
    {
      title: "Schedule a trailer",
      body: {
        videoId: EXAMPLE.video,
        integrationId: EXAMPLE.integration,
        scheduledDateTime: EXAMPLE_TIME,
        platformData: { title: "The harbour race", description: "Out now." },
      },
      status: 200,
      response: {
        success: true,
        data: {
          scheduleId: EXAMPLE.schedule,
          status: "pending",
          scheduledDateTime: EXAMPLE_TIME,
          platform: "youtube",
          videoId: EXAMPLE.video,
        },
      },
    },
  ],
  async handle(context, { body }) {
    const { kernel, documents, organization, key, by, now } = context;
    const scheduledFor = futureOf(body.scheduledDateTime, now);
    const account = await findIntegration(context, body.integrationId);
    const video = await findVideo(context, body.videoId);
    const { platform } = account;
    if (!isNetwork(platform)) throw invalid("body", "integrationId", `Posts cannot go to ${platform}.`);
    const data = { privacyStatus: "public" as const, ...body.platformData };
    const draft = draftOf(kernel, platform, data, video.media);
    const owner = { _id: account.profileId, organizationId: organization._id, projectId: key.projectId };
    const post = await createPost(
      documents,
      owner,
      {
        ...{ api: "hooked", ...draft, media: video.media, targets: [{ account }], type: "scheduled", status: "queued" },
        ...{ scheduledFor, contentId: video._id, view: { platformData: data } },
      },
      { by, now },
    );
    return succeed({
      scheduleId: scheduleIdOf(post),
      status: "pending" as const,
      scheduledDateTime: post.scheduledFor.toISOString(),
      platform,
      videoId: video._id,
    });
  },
});
