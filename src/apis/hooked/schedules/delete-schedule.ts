import { Type } from "@sinclair/typebox";
import { cancelPost } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { refusalsOf } from "../envelope.ts";
import { EXAMPLE } from "../examples.ts";
import { scheduleId, succeed, success } from "../fields.ts";
import { findSchedule } from "./schedule-view.ts";

export const deleteSchedule = defineRoute({
  name: "deleteSchedule",
  method: "DELETE",
  path: "/v1/schedule/:scheduleId",
  summary: "Deletes a pending post. It is never sent.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ scheduleId }),
  response: success(Type.Object({ id: Type.String(), deleted: Type.Literal(true) })),
  errors: [
    ...refusalsOf("post"),
    { status: 409, code: "conflict", meaning: "The post is being published, or was published or has failed." },
  ],
  examples: [
    {
      title: "Delete a post that waits",
      params: { scheduleId: EXAMPLE.schedule },
      status: 200,
      response: { success: true, data: { id: EXAMPLE.schedule, deleted: true } },
    },
  ],
  async handle(context, { params }) {
    const { documents, by, now } = context;
    const post = await findSchedule(context, params.scheduleId);
    await cancelPost(documents, post, { by, now, as: "deleted" });
    return succeed({ id: params.scheduleId, deleted: true as const });
  },
});
