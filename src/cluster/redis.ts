import type { RedisClientType } from "@redis/client";

export interface Redis {
  /**
   * Sends one command and resolves to its RESP2 reply: text, a number, null, or arrays of these. Settles within the
   * timeout.
   * @throws RedisError if Redis replied with an error
   * @throws RedisUnavailable if Redis could not be reached or did not reply; the command may or may not have been executed
   */
  send(command: readonly string[]): Promise<unknown>;
  close(): void;
}

export class RedisError extends Error {
  override name = "RedisError";
}

export class RedisUnavailable extends Error {
  override name = "RedisUnavailable";
}

export interface RedisOptions {
  /** `redis://` or `rediss://`, with credentials if needed. Never logged. */
  url: string;
  timeoutMs: number;
  /** Called when the connection is lost, with the reason, and when it is restored. */
  onState?: (state: "disconnected" | "connected", reason: string) => void;
}

const COMMANDS_AT_ONCE = 10_000;
const RETRY_MS = 2_000;
/** A connection that is silent for this long is replaced. Pings keep a healthy one from being silent. */
const SILENT_MS = 15_000;
const PING_MS = 5_000;

/**
 * Connects on the first command and reconnects whenever the connection is lost. Commands wait for the first connection
 * only; later, while it is lost, they fail immediately.
 */
export function connectRedis(options: RedisOptions): Redis {
  return new RedisConnection(options);
}

class RedisConnection implements Redis {
  readonly #options: RedisOptions;
  #opening: Promise<RedisClientType> | undefined;
  #client: RedisClientType | undefined;
  #refusal: new (...args: never[]) => Error = RedisError;
  #state: "connecting" | "disconnected" | "connected" = "connecting";
  #closed = false;

  constructor(options: RedisOptions) {
    this.#options = options;
  }

  send(command: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new RedisUnavailable("Redis did not respond in time."));
      const timer = setTimeout(late, this.#options.timeoutMs);
      this.#send(command)
        .then(resolve, (error) => reject(this.#toRedisError(error)))
        .finally(() => clearTimeout(timer));
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#client?.isOpen) this.#client.destroy();
  }

  async #send(command: readonly string[]): Promise<unknown> {
    this.#opening ??= this.#open();
    const client = this.#client ?? (await this.#opening);
    return client.sendCommand(command);
  }

  /** Resolves when the first connection attempt has ended, successful or not. */
  async #open(): Promise<RedisClientType> {
    const { createClient, ErrorReply } = await import("@redis/client");
    this.#refusal = ErrorReply;
    const client = this.#make(createClient);
    return new Promise((resolve) => {
      client.on("ready", () => {
        this.#setState("connected", "");
        resolve(this.#use(client));
      });
      client.on("error", (error: Error) => {
        this.#setState("disconnected", error.message);
        resolve(this.#use(client));
      });
      client.connect().catch(() => {});
    });
  }

  #make(createClient: typeof import("@redis/client").createClient): RedisClientType {
    const { url, timeoutMs } = this.#options;
    try {
      return createClient({
        url,
        RESP: 2,
        disableOfflineQueue: true,
        commandsQueueMaxLength: COMMANDS_AT_ONCE,
        pingInterval: PING_MS,
        socket: {
          connectTimeout: timeoutMs,
          socketTimeout: SILENT_MS,
          reconnectStrategy: (retries) => Math.min(100 * 2 ** Math.min(retries, 10), RETRY_MS),
        },
      }) as unknown as RedisClientType;
    } catch {
      // The original error contains the URL.
      this.#setState("disconnected", "the URL is invalid");
      throw new RedisUnavailable("The Redis URL is invalid.");
    }
  }

  #use(client: RedisClientType): RedisClientType {
    this.#client = client;
    if (this.#closed && client.isOpen) client.destroy();
    return client;
  }

  #setState(state: "disconnected" | "connected", reason: string): void {
    const before = this.#state;
    this.#state = state;
    if (this.#closed || before === state || (before === "connecting" && state === "connected")) return;
    this.#options.onState?.(state, reason);
  }

  #toRedisError(error: unknown): Error {
    if (error instanceof this.#refusal) return new RedisError(error.message);
    return new RedisUnavailable("Redis is not reachable.", { cause: error });
  }
}
