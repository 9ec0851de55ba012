import { facebook } from "./facebook.ts";
import { gmb } from "./gmb.ts";
import { instagram } from "./instagram.ts";
import { type AnyPublisher, NETWORKS, type Network } from "./publisher.ts";
import { threads } from "./threads.ts";
import { tiktok } from "./tiktok.ts";
import { youtube } from "./youtube.ts";

/** All publishers. */
export const publishers: readonly AnyPublisher[] = [facebook, gmb, instagram, threads, tiktok, youtube];

const byNetwork = new Map<string, AnyPublisher>(publishers.map((publisher) => [publisher.network, publisher]));

export function publisherOf(network: Network): AnyPublisher | undefined {
  return byNetwork.get(network);
}

export function isNetwork(value: unknown): value is Network {
  return NETWORKS.some((network) => network === value);
}
