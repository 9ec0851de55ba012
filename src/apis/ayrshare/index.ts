import type { Api } from "../api.ts";
import { connectRoutes } from "./connect/index.ts";
import { errorSchema, refuse } from "./envelope.ts";
import { commonErrors } from "./errors.ts";
import { createPost } from "./posts/create-post.ts";
import { deletePost } from "./posts/delete-post.ts";
import { getPost } from "./posts/get-post.ts";
import { listHistory } from "./posts/list-history.ts";
import { retryPost } from "./posts/retry-post.ts";
import { updatePost } from "./posts/update-post.ts";
import { validatePost } from "./posts/validate-post.ts";
import { createProfile } from "./profiles/create-profile.ts";
import { deleteProfile } from "./profiles/delete-profile.ts";
import { getUser } from "./profiles/get-user.ts";
import { listProfiles } from "./profiles/list-profiles.ts";
import { unlinkSocial } from "./profiles/unlink-social.ts";
import { updateProfile } from "./profiles/update-profile.ts";
import { deleteWebhook } from "./webhooks/delete-webhook.ts";
import { listWebhooks } from "./webhooks/list-webhooks.ts";
import { registerWebhook } from "./webhooks/register-webhook.ts";

/** Posts to social networks, and the profiles that they come from, as clients of Ayrshare call them. */
export const ayrshare: Api = {
  name: "ayrshare",
  title: "Ayrshare",
  description:
    'Posts to social networks, and the profiles that they come from. `Authorization: Bearer API_KEY`; the header Profile-Key acts as a profile, and without it a call is for the primary one. Refusals are `{action, status: "error", code, message}`. Unknown members are ignored. Times are UTC.',
  prefixes: ["", "/ayrshare"],
  spaces: ["/api", "/ayrshare/api"],
  authentication: { header: "authorization", scheme: "Bearer" },
  unknownMembers: "ignore",
  requestHeaders: [
    { name: "profile-key", meaning: "The profile that the call is for. Absent: the primary profile." },
    { name: "x-twitter-oauth1-api-key", meaning: "The consumer key of an X app, for an account that needs one." },
    { name: "x-twitter-oauth1-api-secret", meaning: "Its secret. Neither is stored, except sealed with a post." },
  ],
  errors: commonErrors,
  errorSchema,
  refuse,
  rateHeaders: (limit, left) => ({ "x-ratelimit-max": limit, "x-ratelimit-count": limit - left }),
  routes: [
    createPost,
    updatePost,
    retryPost,
    validatePost,
    deletePost,
    getPost,
    listHistory,
    unlinkSocial,
    getUser,
    createProfile,
    listProfiles,
    updateProfile,
    deleteProfile,
    registerWebhook,
    listWebhooks,
    deleteWebhook,
    ...connectRoutes,
  ],
};
