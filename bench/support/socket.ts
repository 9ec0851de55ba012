import { connect, type Socket } from "node:net";
import { FrameCutter, maskedFrame } from "./frames.ts";

const UPGRADED = "HTTP/1.1 101 ";
const END_OF_HEAD = "\r\n\r\n";

/** A cheap WebSocket client, so that the server is measured and not the client: no second masking, no parsing. */
export class BenchSocket {
  /** Receives the payload of each frame. By default frames wait for `next`. */
  onFrame: (payload: Buffer) => void = (payload) => this.#inbox.push(payload);
  /** Called when the connection ends unexpectedly. */
  onLost: (error: Error) => void = (error) => {
    throw error;
  };
  readonly #wire: Socket;
  readonly #frames = new FrameCutter();
  readonly #inbox: Buffer[] = [];
  #closed = false;

  private constructor(wire: Socket) {
    this.#wire = wire;
  }

  static open(url: string): Promise<BenchSocket> {
    const { hostname, port, pathname } = new URL(url);
    const wire = connect({ host: hostname, port: Number(port), noDelay: true });
    const socket = new BenchSocket(wire);
    return new Promise((resolve, reject) => {
      socket.onLost = reject;
      wire.on("error", (error) => socket.#lost(error));
      wire.on("close", () => socket.#lost(new Error("the server closed the connection")));
      wire.write(
        `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      );
      let head = "";
      const onHead = (chunk: Buffer) => {
        head += chunk.toString("latin1");
        const end = head.indexOf(END_OF_HEAD);
        if (end < 0) return;
        if (!head.startsWith(UPGRADED)) {
          reject(new Error(`refused: ${head.slice(0, 200)}`));
          wire.destroy();
          return;
        }
        wire.off("data", onHead);
        const onData = (data: Buffer) => socket.#frames.cut(data, (payload) => socket.onFrame(payload));
        wire.on("data", onData);
        resolve(socket);
        const rest = Buffer.from(head.slice(end + END_OF_HEAD.length), "latin1");
        if (rest.length > 0) onData(rest);
      };
      wire.on("data", onHead);
    });
  }

  send(text: string): void {
    this.#wire.write(maskedFrame(text));
  }

  /** Sends frames that were masked before. */
  sendRaw(frames: Buffer): void {
    this.#wire.write(frames);
  }

  /** Sends one frame and returns the next one that arrives. */
  ask(frame: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = this.next();
    this.send(JSON.stringify(frame));
    return answer;
  }

  /** The next frame that nobody has taken. */
  next(): Promise<Record<string, unknown>> {
    const waiting = this.#inbox.shift();
    if (waiting) return Promise.resolve(JSON.parse(waiting.toString()));
    return new Promise((resolve, reject) => {
      const { onFrame, onLost } = this;
      this.onLost = reject;
      this.onFrame = (payload) => {
        this.onFrame = onFrame;
        this.onLost = onLost;
        resolve(JSON.parse(payload.toString()));
      };
    });
  }

  /** Ends the connection without a close frame, like a client that disappears. */
  cut(): void {
    this.#closed = true;
    this.#wire.destroy();
  }

  #lost(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onLost(error);
  }
}
