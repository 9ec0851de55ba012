import { readScriptPlayer } from "../domains/accounts/index.ts";
import type { PlayerId } from "../ids.ts";
import type { ScriptPlayer } from "../kernel/scripts/player.ts";
import type { LocalClient } from "../server/local-client.ts";
import type { Store } from "../store/store.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of a response or a message is its own affair
export type AnyFrame = Record<string, any>;

/** A player of a game under test, on a connection of its own. */
export class TestPlayer {
  readonly id: PlayerId;
  readonly #client: LocalClient;
  readonly #store: Store;
  readonly #settled: () => Promise<void>;

  constructor(client: LocalClient, store: Store, settled: () => Promise<void>) {
    this.id = client.player!;
    this.#client = client;
    this.#store = store;
    this.#settled = settled;
  }

  /** Sends a request, its class without the dot, and resolves with the response: refusals are its `error`. */
  async request(name: string, fields: Record<string, unknown> = {}): Promise<AnyFrame> {
    const { response } = await this.#client.request({ "@class": `.${name}`, ...fields });
    return response;
  }

  /** Sends an event with its attributes. */
  logEvent(eventKey: string, attributes: Record<string, unknown> = {}): Promise<AnyFrame> {
    return this.request("LogEventRequest", { ...attributes, eventKey });
  }

  /** The messages that came since this was asked last, once every message under way has arrived. */
  async messages(): Promise<AnyFrame[]> {
    await this.#settled();
    return this.#client.messages.splice(0);
  }

  /** What scripts keep on the player for others to see. */
  async scriptData(): Promise<AnyFrame> {
    return (await this.#read()).scriptData;
  }

  /** What scripts keep on the player for the server alone. */
  async privateData(): Promise<AnyFrame> {
    return (await this.#read()).privateData;
  }

  /** What the player owns of a currency: `currency1` to `currency6`, or another one's short code. */
  async balance(currency: string): Promise<number> {
    return (await this.#read()).details?.balances[currency] ?? 0;
  }

  /** How many the player owns of a virtual good. */
  async goods(shortCode: string): Promise<number> {
    return (await this.#read()).details?.goods[shortCode] ?? 0;
  }

  /** Closes the connection: from now on messages wait. Resolves when the scripts of that have run. */
  async disconnect(): Promise<void> {
    this.#client.signOut();
    await this.#settled();
  }

  /** Connects again: messages that waited come now. Resolves when the scripts of that have run. */
  async connect(): Promise<void> {
    if (this.#client.player === undefined) this.#client.signIn(this.id);
    await this.#settled();
  }

  async #read(): Promise<ScriptPlayer> {
    const found = await readScriptPlayer(this.#store, this.id);
    if (!found) throw new Error(`The player ${this.id} was deleted.`);
    return found;
  }
}
