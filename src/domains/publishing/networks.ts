import type { Config } from "../../config.ts";
import { publishers as allPublishers } from "../../publishers/index.ts";
import type { AnyPublisher } from "../../publishers/publisher.ts";
import type { Platform } from "../social/index.ts";

/** The publishers that a server has, with their settings. */
export class Networks {
  readonly #publishers: ReadonlyMap<Platform, AnyPublisher>;
  readonly #config: Config;

  constructor(config: Config, publishers: readonly AnyPublisher[] = allPublishers) {
    this.#config = config;
    this.#publishers = new Map(publishers.map((publisher) => [publisher.network, publisher]));
  }

  /** Undefined for the system of a player's link that has no posts. */
  publisherOf(platform: Platform): AnyPublisher | undefined {
    return this.#publishers.get(platform);
  }

  /** All settings, as a publisher's functions take them. */
  get settings(): Record<string, unknown> {
    return this.#config;
  }
}
