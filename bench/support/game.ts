import { contentOf } from "../../src/game/content.ts";
import type { Credential, Game } from "../../src/game/game.ts";

export const API_KEY = "benchgame001";
export const DEVICE_SECRET = "the secret of the benchmarks";

/** A game with one credential and no Cloud Code. */
export function benchGame(): Game {
  const device: Credential = {
    name: "device",
    type: "device",
    secret: DEVICE_SECRET,
    canHavePlayer: true,
    canListen: true,
    canCallback: false,
    coppaCompliant: false,
    restPolicy: "Allowed",
    allows: () => true,
  };
  return {
    apiKey: API_KEY,
    name: "Benchmarks",
    folder: "",
    credentials: new Map([[device.name, device]]),
    integrations: {},
    newPlayerCurrencies: [0, 0, 0, 0, 0, 0],
    events: new Map(),
    messages: new Map(),
    dataTypes: new Map(),
    ...contentOf({}, "", []),
    embeddedScripts: [],
    document: {},
  };
}
