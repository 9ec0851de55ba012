import type { Api } from "../api.ts";
import { connectRoutes } from "./connect-routes.ts";
import { createPost } from "./create-post.ts";
import { createProfile } from "./create-profile.ts";
import { deletePost } from "./delete-post.ts";
import { deleteProfile } from "./delete-profile.ts";
import { deleteWebhook } from "./delete-webhook.ts";
import { errorSchema, refuse } from "./envelope.ts";
import { commonErrors } from "./errors.ts";
import { getPost } from "./get-post.ts";
import { getUser } from "./get-user.ts";
import { listHistory } from "./list-history.ts";
import { listProfiles } from "./list-profiles.ts";
import { listWebhooks } from "./list-webhooks.ts";
import { registerWebhook } from "./register-webhook.ts";
import { retryPost } from "./retry-post.ts";
import { unlinkSocial } from "./unlink-social.ts";
import { updatePost } from "./update-post.ts";
import { updateProfile } from "./update-profile.ts";
import { validatePost } from "./validate-post.ts";

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
