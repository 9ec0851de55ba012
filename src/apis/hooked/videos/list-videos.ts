import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { counted, limit, offset, pageOf, succeed, success } from "../fields.ts";
import { EXAMPLE_STORED_VIDEO, storedVideoOf, storedVideoView } from "./video-view.ts";

export const listVideos = defineRoute({
  name: "listVideos",
  method: "GET",
  path: "/v1/video/list",
  summary: "Lists the videos of the key's project, newest first.",
  scope: "publish:read",
  work: "read",
  query: Type.Object({ limit, offset }),
  response: success(Type.Object({ videos: Type.Array(storedVideoView), ...counted })),
  examples: [
    {
      title: "The videos",
      status: 200,
      response: { success: true, data: { videos: [EXAMPLE_STORED_VIDEO], total: 1, limit: 50, offset: 0 } },
    },
  ],
  async handle({ documents, key }, { query }) {
    const { limit, offset } = pageOf(query);
    const { contents } = social(documents);
    // Other content of the project has other prefixes.
    const filter = { projectId: key.projectId, _id: { $gte: "vid_", $lt: "vid`" } };
    const sort = { createdAt: -1, _id: 1 } as const;
    const found = await contents.find(filter, { sort, skip: offset, limit }).toArray();
    const total = await contents.countDocuments(filter);
    return succeed({ videos: found.map(storedVideoOf), total, limit, offset });
  },
});
