import { readScriptPlayer } from "../domains/accounts/index.ts";
import type { PlayerId } from "../ids.ts";
import type { ScriptPlayer } from "../kernel/scripts/player.ts";
import type { LocalClient } from "../server/local-client.ts";
import type { Store } from "../store/store.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of a response or a message is its own affair
export type AnyFrame = Record<string, any>;

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

  /** Sends a request, named without the dot, and resolves to its response. Refusals are in `error`. */
  async request(name: string, fields: Record<string, unknown> = {}): Promise<AnyFrame> {
    const { response } = await this.#client.request({ "@class": `.${name}`, ...fields });
    return response;
  }

  logEvent(eventKey: string, attributes: Record<string, unknown> = {}): Promise<AnyFrame> {
    return this.request("LogEventRequest", { ...attributes, eventKey });
  }

  /** The messages received since the last call. Waits for messages in transit. */
  async messages(): Promise<AnyFrame[]> {
    await this.#settled();
    return this.#client.messages.splice(0);
  }

  async scriptData(): Promise<AnyFrame> {
    return (await this.#read()).scriptData;
  }

  async privateData(): Promise<AnyFrame> {
    return (await this.#read()).privateData;
  }

  /** The player's balance of `currency1` to `currency6`, or of another currency by its short code. */
  async balance(currency: string): Promise<number> {
    return (await this.#read()).details?.balances[currency] ?? 0;
  }

  async goods(shortCode: string): Promise<number> {
    return (await this.#read()).details?.goods[shortCode] ?? 0;
  }

  /** Disconnects; messages are queued from now on. Resolves when the scripts for this have run. */
  async disconnect(): Promise<void> {
    this.#client.signOut();
    await this.#settled();
  }

  /** Reconnects; queued messages arrive now. Resolves when the scripts for this have run. */
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
