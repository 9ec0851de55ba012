import type { Socket } from "node:net";
import type { Credential, Stage } from "../game/game.ts";
import type { Rate, Rates } from "./rate.ts";

/** Rate limits for plain HTTP. A keep-alive connection has the rate of a socket. */
export class HttpRates {
  readonly #rates: Rates;
  readonly #connections = new WeakMap<Socket, Rate>();

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** The rate for the next request. @param proven the credential whose secret was sent */
  of(socket: Socket, stage: Stage, proven: Credential | undefined): Rate {
    if (proven && !proven.canHavePlayer) return this.#rates.of(stage, proven);
    let rate = this.#connections.get(socket);
    if (!rate) {
      rate = this.#rates.of(stage, undefined);
      this.#connections.set(socket, rate);
    }
    return rate;
  }
}
