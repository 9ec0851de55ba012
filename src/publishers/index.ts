import { bluesky } from "./bluesky.ts";
import { facebook } from "./facebook.ts";
import { gmb } from "./gmb.ts";
import { instagram } from "./instagram.ts";
import { linkedin } from "./linkedin.ts";
import { type AnyPublisher, NETWORKS, type Network } from "./publisher.ts";
import { reddit } from "./reddit.ts";
import { telegram } from "./telegram.ts";
import { threads } from "./threads.ts";
import { tiktok } from "./tiktok.ts";
import { twitter } from "./twitter.ts";
import { youtube } from "./youtube.ts";

/** All publishers. */
export const publishers: readonly AnyPublisher[] = [
  bluesky,
  facebook,
  gmb,
  instagram,
  linkedin,
  reddit,
  telegram,
  threads,
  tiktok,
  twitter,
  youtube,
];

const byNetwork = new Map<string, AnyPublisher>(publishers.map((publisher) => [publisher.network, publisher]));

export function publisherOf(network: Network): AnyPublisher | undefined {
  return byNetwork.get(network);
}

export function isNetwork(value: unknown): value is Network {
  return NETWORKS.some((network) => network === value);
}
