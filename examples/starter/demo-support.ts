import { createHmac } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";

/** What the demos share: a client on a real socket, and printing. */
const ANSWER_MS = 10_000;
export type Frame = Record<string, unknown>;

/** A client of the game. Prints every frame. */
export class Player {
  readonly #name: string;
  readonly #socket: WebSocket;
  readonly #inbox: Frame[] = [];
  #arrived = Promise.withResolvers<void>();
  #count = 0;

  private constructor(name: string, url: string) {
    this.#name = name;
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (text) => {
      this.#inbox.push(JSON.parse(String(text)));
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  /** Opens a socket and proves with the secret that the client belongs to the game. */
  static async enter(name: string, url: string, secret: string): Promise<Player> {
    const player = new Player(name, url);
    await once(player.#socket, "open");
    explain(`${name} opens a socket. The server sends a nonce first; the client signs it with the game's secret.`);
    const { nonce } = await player.#receive();
    const hmac = createHmac("sha256", secret).update(String(nonce)).digest("base64");
    player.#send({ "@class": ".AuthenticatedConnectRequest", hmac, os: "demo", platform: "demo" });
    await player.#receive();
    return player;
  }

  /** Sends a request and returns its response. */
  async ask(why: string, request: string, fields: Frame = {}): Promise<Frame> {
    explain(why);
    this.#send({ "@class": `.${request}`, ...fields, requestId: `${++this.#count}` });
    return this.#receive();
  }

  close(): void {
    this.#socket.close();
  }

  #send(frame: Frame): void {
    show(`${this.#name} →`, frame);
    this.#socket.send(JSON.stringify(frame));
  }

  async #receive(): Promise<Frame> {
    const late = setTimeout(
      () => this.#arrived.reject(new Error(`no response within ${ANSWER_MS / 1000} s`)),
      ANSWER_MS,
    );
    while (this.#inbox.length === 0) await this.#arrived.promise;
    clearTimeout(late);
    const frame = this.#inbox.shift()!;
    show(`${this.#name} ←`, frame);
    return frame;
  }
}

export function explain(sentence: string): void {
  process.stdout.write(`\n# ${sentence}\n`);
}

/** Prints a frame on one line, with credentials shortened. */
export function show(direction: string, frame: Frame): void {
  const hidden = ["hmac", "nonce", "authToken", "sessionId"];
  const text = JSON.stringify(frame, (key, value) => (hidden.includes(key) ? `${String(value).slice(0, 6)}…` : value));
  process.stdout.write(`${direction} ${text}\n`);
}

export function refuseError(response: Frame): void {
  if (response["error"] !== undefined) throw new Error(`refused: ${JSON.stringify(response["error"])}`);
}

export function expect(holder: object, member: string, value: unknown): void {
  const found = (holder as Frame | undefined)?.[member];
  if (found !== value) throw new Error(`${member} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`);
}
