import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { CODES } from "../errors.ts";
import { EXAMPLE, EXAMPLE_ENTRY } from "../examples.ts";
import { actingProfile } from "../profile.ts";
import { HistoryEntry } from "./post-schemas.ts";
import { historyEntry, postOf } from "./post-view.ts";

export const getPost = defineRoute({
  name: "getPost",
  method: "GET",
  path: "/api/post/:id",
  aliases: [{ method: "GET", path: "/api/history/:id" }],
  summary: "Returns a post of the profile, with what each network said.",
  scope: "publish:read",
  work: "read",
  params: Type.Object({ id: Type.String({ description: "The post's id.", maxLength: 100 }) }),
  query: Type.Object({
    searchAllPosts: Type.Optional(Type.Boolean({ description: "Whether posts of other profiles are found too." })),
  }),
  response: HistoryEntry,
  errors: [{ status: 404, code: CODES.NO_HISTORY, meaning: "The profile has no such post." }],
  examples: [
    {
      title: "A post that waits",
      params: { id: EXAMPLE.post },
      status: 200,
      response: EXAMPLE_ENTRY,
    },
  ],

  async handle(context, { params: { id }, query: { searchAllPosts } }) {
    const { documents, key, header } = context;
    const profile = await actingProfile(context);
    // A Profile-Key acts as its profile alone.
    const isAll = searchAllPosts === true && header("profile-key") === undefined;
    const post = await postOf(documents, isAll ? { projectId: key.projectId } : { profileId: profile._id }, id);
    if (!post) throw new ApiRefusal(404, CODES.NO_HISTORY, "The profile has no post with this id.", { beside: { id } });
    const owner =
      post.profileId === profile._id ? profile : await social(documents).profiles.findOne({ _id: post.profileId });
    return { body: historyEntry(post, owner?.refId ?? "") };
  },
});
