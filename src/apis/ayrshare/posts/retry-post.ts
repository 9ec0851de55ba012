import { Type } from "@sinclair/typebox";
import { Publishing } from "../../../domains/publishing/index.ts";
import { isRetryable, SocialRefused, social, retryPost as storeRetry } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { CODES, conflict, refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { actingProfile, ProfileKey } from "../profile.ts";
import { consumerFor, consumerIn, consumerMissing, sealed } from "./consumer.ts";
import { PostAnswer, postErrors } from "./post-schemas.ts";
import { postOf, sentAnswer } from "./post-view.ts";
import { wrapped } from "./wrapped.ts";

export const retryPost = defineRoute({
  name: "retryPost",
  method: "PUT",
  path: "/api/post/retry",
  summary:
    "Sends the failed parts of a post again, once, if their errors have retryAvailable. Parts that were published are left as they are.",
  scope: "publish:write",
  work: "calls",
  body: Type.Object({
    id: Type.String({ description: "The post's id.", maxLength: 100 }),
    profileKey: ProfileKey,
  }),
  response: PostAnswer,
  errors: [
    ...postErrors.filter(({ code }) => code === CODES.NOT_LINKED || code === CODES.X_CREDENTIALS_REQUIRED),
    { status: 400, code: CODES.UNKNOWN_POST, meaning: "The profile has no such post." },
    { status: 409, code: 409, meaning: "The post did not fail, was sent again before, or failed for good." },
  ],
  examples: [
    {
      title: "A post that was missed, to a network that cannot be reached at this moment",
      body: { id: EXAMPLE.post },
      status: 200,
      response: {
        status: "processing",
        errors: [],
        postIds: [],
        id: EXAMPLE.post,
        refId: EXAMPLE.refId,
        post: "Hello",
        warnings: ["bluesky: bluesky create post: the connection failed (ECONNREFUSED). The server tries again."],
      },
    },
  ],

  async handle(context, { body: { id, profileKey } }) {
    const { kernel, stage, store, by, now } = context;
    const sent = consumerIn(context);
    const profile = await actingProfile(context, profileKey);
    const post = await postOf(store, { profileId: profile._id }, id);
    if (!post) throw refusal(CODES.UNKNOWN_POST, "The profile has no post with this id.", { beside: { id } });
    const target = post.targets.find((each) => each.network === "twitter" && each.error && isRetryable(each.error));
    const account = target && (await social(store).accounts.findOne({ _id: target.accountId }));
    const pair = account ? await consumerFor(context, account, sent) : undefined;
    if (pair === "missing") throw consumerMissing({ id });
    const consumer = await sealed(context, pair);

    const publishing = kernel.service(Publishing);
    const claimed = publishing.claimed();
    const again = await store
      .transaction((tx) => storeRetry(tx, post, { by, now, claimed, consumer }))
      .catch((error: unknown) => {
        if (error instanceof SocialRefused && error.code === "CONFLICT")
          throw conflict(error.message, { beside: { id } });
        throw error;
      });
    const { isWell, body } = sentAnswer(await publishing.sendNow(stage, again), profile);
    return { status: isWell ? 200 : 400, body: wrapped(profile, body) };
  },
});
