import type { Network } from "../../../src/publishers/publisher.ts";
import { startBluesky } from "./bluesky.ts";
import { startFacebook } from "./facebook.ts";
import { startGmb } from "./gmb.ts";
import { startInstagram } from "./instagram.ts";
import { startLinkedin } from "./linkedin.ts";
import { startReddit } from "./reddit.ts";
import type { StartNetwork } from "./stand-in.ts";
import { startTelegram } from "./telegram.ts";
import { startThreads } from "./threads.ts";
import { startTikTok } from "./tiktok.ts";
import { startTwitter } from "./twitter.ts";
import { startYouTube } from "./youtube.ts";

/** The stand-in of every network. */
export const networks: Readonly<Record<Network, StartNetwork>> = {
  bluesky: startBluesky,
  facebook: startFacebook,
  gmb: startGmb,
  instagram: startInstagram,
  linkedin: startLinkedin,
  reddit: startReddit,
  telegram: startTelegram,
  threads: startThreads,
  tiktok: startTikTok,
  twitter: startTwitter,
  youtube: startYouTube,
};
