import type { Socket } from "node:net";
import type { Config } from "../config.ts";
import { Rate } from "./rate.ts";

/** How fast plain HTTP comes: a kept-alive connection has the rate of a socket. */
export class HttpRates {
  readonly #config: Config;
  readonly #rates = new WeakMap<Socket, Rate>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** Whether one more request of the connection is within the rate; it is then counted. */
  admits(socket: Socket): boolean {
    let rate = this.#rates.get(socket);
    if (!rate) {
      rate = new Rate(this.#config);
      this.#rates.set(socket, rate);
    }
    return rate.admits();
  }
}
