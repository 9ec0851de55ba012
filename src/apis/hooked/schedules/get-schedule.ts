import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { refusalsOf } from "../envelope.ts";
import { EXAMPLE } from "../examples.ts";
import { scheduleId, succeed, success } from "../fields.ts";
import { EXAMPLE_SCHEDULE, findSchedule, scheduleView, viewsOf } from "./schedule-view.ts";

export const getSchedule = defineRoute({
  name: "getSchedule",
  method: "GET",
  path: "/v1/schedule/:scheduleId",
  summary: "Returns a scheduled post.",
  scope: "publish:read",
  work: "read",
  params: Type.Object({ scheduleId }),
  response: success(scheduleView),
  errors: refusalsOf("post"),
  examples: [
    {
      title: "A post that waits",
      params: { scheduleId: EXAMPLE.schedule },
      status: 200,
      response: { success: true, data: EXAMPLE_SCHEDULE },
    },
  ],
  async handle(context, { params }) {
    const post = await findSchedule(context, params.scheduleId);
    const [view] = await viewsOf(context.documents, [post]);
    return succeed(view!);
  },
});
