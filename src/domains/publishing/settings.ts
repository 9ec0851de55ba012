import type { TProperties } from "@sinclair/typebox";
import { publishers } from "../../publishers/index.ts";
import { whole } from "../../setting.ts";

/** The settings of all networks, by their own names. */
const networkSettings: TProperties = Object.assign({}, ...publishers.map(({ settings }) => settings));

export const ownSettings = {
  postsAtOnce: whole(
    "Maximum number of social posts of one stage that this server sends at the same time.",
    500,
    1,
    10_000,
  ),
  mediaPostsAtOnce: whole(
    "Maximum number of social posts whose images and videos are in memory at the same time; further posts wait.",
    8,
    1,
    1_000,
  ),
  publishTimeoutMs: whole(
    "Timeout of one call to a social network, and how long a request waits for a post that is sent immediately.",
    30_000,
    100,
    600_000,
  ),
  postLateMinutes: whole(
    "A social post found later than this after its time, for example after downtime, is not sent and fails as MISSED. 0: always send.",
    60,
    0,
    525_600,
  ),
  webhooksAtOnce: whole(
    "Maximum number of webhooks of one stage that this server calls at the same time.",
    50,
    1,
    1_000,
  ),
  webhookTimeoutMs: whole("Timeout of one call of a webhook, response included.", 15_000, 100, 120_000),
};

export const publishingSettings = { ...networkSettings, ...ownSettings };
