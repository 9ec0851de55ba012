import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { hmacOf } from "../../src/server/hmac.ts";
import type { AnyFrame } from "../support/client.ts";
import { shift } from "../support/secure-client.ts";
import { type FrameMaker, LIMITS, type Sent } from "./frames.ts";
import type { Random } from "./random.ts";

/** How a client connects. */
export interface Role {
  url: string;
  secret: string;
  /** As the C# SDK frames; see `SecureFraming`. */
  framed: boolean;
  signsIn: boolean;
}

export interface VisitReport {
  /** Frames sent, and the answers that they must get. */
  frames: number;
  expected: number;
  answers: AnyFrame[];
  /** The close code, where the server closed the socket, and those that what was sent may lead to. */
  closed: number | undefined;
  reason: string;
  mayClose: Set<number>;
  /** The client left without waiting. */
  left: boolean;
}

const ANSWER_MS = 15_000;
const SMALL_BURST = 15;
const LARGE_BURST = 250;

/** One connection, from its nonce to its end: frames before, during and after the handshake, and after a login. */
export async function visit(role: Role, random: Random, maker: FrameMaker): Promise<VisitReport> {
  const client = new Client(role);
  try {
    await client.opened();
    const early = random.chance(0.5) ? random.below(SMALL_BURST) : 0;
    for (let i = 0; i < early; i++) client.send(maker.next());
    const leavesEarly = random.chance(0.08);
    if (leavesEarly) return await client.leave(random);

    client.shakeHands();
    if (role.framed) await client.settled();
    const during = random.below(SMALL_BURST);
    for (let i = 0; i < during; i++) client.send(maker.next());
    if (role.signsIn && random.chance(0.8)) client.signIn(random);
    const after = random.below(LARGE_BURST) + 1;
    for (let i = 0; i < after; i++) {
      client.send(maker.next());
      if (random.chance(0.005)) client.shakeHandsAgain();
      if (random.chance(0.05)) await client.progress();
    }
    if (random.chance(0.1)) return await client.leave(random);
    await client.settled();
    if (random.chance(0.15)) await client.provoke(random);
    return client.report;
  } finally {
    await client.end();
  }
}

class Client {
  readonly report: VisitReport = {
    frames: 0,
    expected: 0,
    answers: [],
    closed: undefined,
    reason: "",
    mayClose: new Set(),
    left: false,
  };
  readonly #role: Role;
  readonly #wire: Socket;
  readonly #socket: WebSocket;
  #nonce: string | undefined;
  #sessionId: string | undefined;
  /** Something was waited for in vain; nothing more is. */
  #isLate = false;
  #heard: () => void = () => {};

  constructor(role: Role) {
    this.#role = role;
    const { hostname, port } = new URL(role.url);
    this.#wire = connect(Number(port), hostname);
    this.#socket = new WebSocket(role.url, { perMessageDeflate: false, createConnection: () => this.#wire });
    this.#socket.on("error", () => {});
    this.#socket.on("message", (data) => this.#received(this.#read(String(data))));
    this.#socket.on("close", (code, reason) => {
      if (!this.report.left) this.report.closed = code;
      this.report.reason = String(reason);
      this.#heard();
    });
  }

  opened(): Promise<void> {
    return this.#until(() => this.#nonce !== undefined);
  }

  send({ text, answers }: Sent): void {
    const { framed } = this.#role;
    const isBlank = text.trim() === "";
    // A blank frame is only one where nothing is wrapped around it.
    const wanted = framed && isBlank && (this.#sessionId !== undefined || text !== "") ? 1 : answers;
    this.#sendRaw(framed ? this.#encode(ascii(text)) : text, wanted);
  }

  shakeHands(): void {
    const hmac = hmacOf(this.#nonce!, this.#role.secret);
    this.#sendFrame({ "@class": ".AuthenticatedConnectRequest", hmac, os: "fuzz", platform: "fuzz" });
  }

  shakeHandsAgain(): void {
    this.#sendFrame({ "@class": "AuthenticatedConnectRequest", hmac: "again" });
  }

  signIn(random: Random): void {
    const deviceId = `fuzz-${random.below(20)}`;
    this.#sendFrame({ "@class": ".DeviceAuthenticationRequest", deviceId, deviceOS: "IOS" });
  }

  /** Until one more answer has come, or the socket is closed. */
  async progress(): Promise<void> {
    const { answers, expected } = this.report;
    const wanted = Math.min(answers.length + 1, expected);
    await this.#until(() => answers.length >= wanted);
  }

  /** Until every frame has its answer, or the socket is closed. */
  settled(): Promise<void> {
    return this.#until(() => this.report.answers.length >= this.report.expected);
  }

  /** Leaves without waiting for answers. */
  async leave(random: Random): Promise<VisitReport> {
    this.report.left = true;
    if (random.chance(0.5)) this.#socket.terminate();
    else this.#socket.close();
    return this.report;
  }

  /** Sends what the server has to close the socket for. */
  async provoke(random: Random): Promise<void> {
    const [code, send] = random.pick<[number, () => void]>([
      [1003, () => this.#socket.send(Buffer.from('{"@class":".AccountDetailsRequest"}'))],
      [1007, () => this.#socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false })],
      [1009, () => this.#socket.send("x".repeat(2 * LIMITS.maxRequestBytes + 1))],
    ]);
    this.report.mayClose.add(code);
    this.report.frames++;
    send();
    await this.#until(() => this.report.closed !== undefined);
  }

  async end(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.report.left = true;
    this.#socket.terminate();
    await once(this.#socket, "close");
  }

  #sendFrame(frame: object): void {
    const text = JSON.stringify(frame);
    this.#sendRaw(this.#role.framed ? this.#encode(text) : text, 1);
  }

  #sendRaw(data: string, answers: number): void {
    this.report.frames++;
    if (Buffer.byteLength(data) > 2 * LIMITS.maxRequestBytes) this.report.mayClose.add(1009);
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.report.expected += answers;
    if (this.#wire.writableCorked === 0) {
      this.#wire.cork();
      queueMicrotask(() => this.#wire.uncork());
    }
    this.#socket.send(data);
  }

  #encode(text: string): string {
    // The server takes a first frame that begins with "{" for plain JSON; a frame that begins so has a "q" at its end.
    if (this.#sessionId === undefined) return shift(text.endsWith("q") ? `${text} ` : text, 10);
    return shift(JSON.stringify({ json: text, hmac: hmacOf(text, this.#key) }), 10);
  }

  /** An exception here would keep the socket from ever closing. */
  #read(text: string): AnyFrame {
    try {
      return this.#decode(text);
    } catch (error) {
      return { error: { server: `cannot be read by the client: ${error}: ${text.slice(0, 200)}` } };
    }
  }

  #decode(text: string): AnyFrame {
    if (!this.#role.framed) return JSON.parse(text);
    const frame = JSON.parse(shift(text, -10));
    return this.#sessionId === undefined ? frame : JSON.parse(frame.json);
  }

  get #key(): string {
    return `${this.#role.secret}-${this.#sessionId}`;
  }

  #received(frame: AnyFrame): void {
    if (frame.nonce !== undefined) this.#nonce = frame.nonce;
    else if (!String(frame["@class"]).endsWith("Message")) this.report.answers.push(frame);
    if (frame["@class"] === ".AuthenticatedConnectResponse" && frame.sessionId) this.#sessionId ??= frame.sessionId;
    this.#heard();
  }

  async #until(isSo: () => boolean): Promise<void> {
    const late = performance.now() + ANSWER_MS;
    while (!isSo() && this.report.closed === undefined && !this.#isLate) {
      this.#isLate = performance.now() > late;
      const heard = new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
      const timer = setTimeout(() => this.#heard(), Math.max(1, late - performance.now()));
      await heard;
      clearTimeout(timer);
    }
  }
}

/** JSON text with what is beyond ASCII escaped, as shifted surrogates do not survive. */
function ascii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
