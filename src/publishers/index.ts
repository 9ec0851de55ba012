import { type AnyPublisher, NETWORKS, type Network } from "./publisher.ts";

/** All publishers. */
export const publishers: readonly AnyPublisher[] = [];

const byNetwork = new Map<string, AnyPublisher>(publishers.map((publisher) => [publisher.network, publisher]));

export function publisherOf(network: Network): AnyPublisher | undefined {
  return byNetwork.get(network);
}

export function isNetwork(value: unknown): value is Network {
  return NETWORKS.some((network) => network === value);
}
