import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { actingProfile } from "../profile.ts";
import { partsOf } from "./parts.ts";
import { PostBody } from "./post-body.ts";
import { PostError, postErrors } from "./post-schemas.ts";

export const validatePost = defineRoute({
  name: "validatePost",
  method: "POST",
  path: "/api/validate/post",
  summary: "Checks a post as POST /post would, and publishes nothing. Makes no calls to the networks.",
  scope: "publish:read",
  work: "read",
  body: PostBody,
  response: Type.Object({
    status: Type.String({ description: "success or error." }),
    errors: Type.Array(PostError, { description: "Per network." }),
    message: Type.String(),
  }),
  errors: postErrors.filter(({ status }) => status === 400).slice(0, 2),
  examples: [
    {
      title: "A post that Bluesky would take",
      body: { post: "Season 3 starts today.", platforms: ["bluesky"] },
      status: 200,
      response: { status: "success", errors: [], message: "The post is valid for bluesky." },
    },
  ],

  async handle(context, { body }) {
    const profile = await actingProfile(context, body.profileKey);
    const { errors, platforms } = await partsOf(context, profile._id, body, { checks: true });
    const isWell = errors.length === 0;
    const message = isWell ? `The post is valid for ${platforms.join(", ")}.` : "A network would refuse the post.";
    return { status: isWell ? 200 : 400, body: { status: isWell ? "success" : "error", errors, message } };
  },
});
