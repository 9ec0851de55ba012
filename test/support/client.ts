import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";
import { hmacOf } from "../../src/server/hmac.ts";
import { problemOf } from "./answers.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of a frame is its own affair
export type AnyFrame = Record<string, any>;

export interface HandshakeOptions {
  secret: string;
  authToken?: string;
  sessionId?: string;
  /** Further members of the AuthenticatedConnectRequest, or others in place of these. */
  with?: Record<string, unknown>;
}

/** A client that speaks the protocol over a real WebSocket. Frames are taken in the order in which they came. */
export class TestClient {
  readonly socket: WebSocket;
  /** Resolves with the close code and its reason. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Frames that nobody has taken yet. */
  readonly inbox: AnyFrame[] = [];
  /** What is wrong with frames that nobody has taken yet. */
  readonly #problems = new Map<AnyFrame, string>();
  sessionId: string | undefined;
  authToken: string | undefined;
  userId: string | undefined;
  /** Whether scripts run for a request that was sent: they set errors that no definition documents. */
  hasScripts: (request: AnyFrame) => boolean = () => false;
  /** Requests by their requestIds. */
  readonly #sent = new Map<unknown, AnyFrame>();
  #waiting: { wanted: (frame: AnyFrame) => boolean; take: (frame: AnyFrame) => void; fail: (error: Error) => void }[] =
    [];
  #count = 0;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const { fail } of this.#waiting.splice(0)) fail(new Error(`closed: ${code} ${reason}`));
      });
    });
    this.socket.on("message", (data, isBinary) => this.#received(isBinary ? { binary: data } : this.decode(`${data}`)));
    this.socket.on("error", () => {});
  }

  /** Opens a socket and shakes hands. */
  static async connect(url: string, options: HandshakeOptions & { socket?: ClientOptions }): Promise<TestClient> {
    const client = new TestClient(url, options.socket);
    await client.handshake(options);
    return client;
  }

  /** How text becomes a frame; another framing overrides it. */
  decode(text: string): AnyFrame {
    return JSON.parse(text);
  }

  encode(frame: unknown): string {
    return JSON.stringify(frame);
  }

  async handshake({ secret, authToken, sessionId, with: others }: HandshakeOptions): Promise<AnyFrame> {
    const { nonce } = await this.next();
    this.sendFrame({
      "@class": ".AuthenticatedConnectRequest",
      hmac: hmacOf(nonce, secret),
      os: "test",
      platform: "test",
      ...(authToken !== undefined && { authToken }),
      ...(sessionId !== undefined && { sessionId }),
      ...others,
    });
    const reply = await this.next();
    this.sessionId = reply.sessionId;
    return reply;
  }

  /** The next frame that fits, at once if it has come already. */
  next(wanted: (frame: AnyFrame) => boolean = () => true): Promise<AnyFrame> {
    const at = this.inbox.findIndex(wanted);
    if (at >= 0) return this.#checked(this.inbox.splice(at, 1)[0]!);
    if (this.socket.readyState === WebSocket.CLOSED) return Promise.reject(new Error("closed"));
    return new Promise((take, fail) => this.#waiting.push({ wanted, take, fail }));
  }

  /** Sends a request and answers its response, found by its requestId. */
  request(name: string, fields: Record<string, unknown> = {}): Promise<AnyFrame> {
    const requestId = fields.requestId ?? `${++this.#count}`;
    const response = this.next((frame) => frame.requestId === requestId);
    this.sendFrame({ "@class": `.${name}`, ...fields, requestId });
    return response;
  }

  sendFrame(frame: unknown): void {
    const { requestId } = (frame ?? {}) as AnyFrame;
    if (requestId !== undefined) this.#sent.set(requestId, frame as AnyFrame);
    this.socket.send(this.encode(frame));
  }

  /** Sends text as it is. */
  sendText(text: string): void {
    this.socket.send(text);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, "close");
  }

  #received(frame: AnyFrame): void {
    if (frame.authToken !== undefined) this.authToken = frame.authToken;
    if (frame.userId !== undefined) this.userId = frame.userId;
    const sent = this.#sent.get(frame.requestId) ?? {};
    const name = String(sent["@class"]).replace(/^\./, "");
    const problem = problemOf(frame, { name, hasScripts: this.hasScripts(sent) });
    if (problem !== undefined) this.#problems.set(frame, problem);
    const at = this.#waiting.findIndex(({ wanted }) => wanted(frame));
    const waiting = at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
    if (waiting) this.#checked(frame).then(waiting.take, waiting.fail);
    else this.inbox.push(frame);
  }

  /** Rejects where the frame is not what its request's definition says. */
  async #checked(frame: AnyFrame): Promise<AnyFrame> {
    const problem = this.#problems.get(frame);
    if (problem !== undefined) throw new Error(problem);
    return frame;
  }
}
