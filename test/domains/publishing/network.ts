import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the network does with one call to publish. */
export type Behaviour =
  /** Refuses with this status and body. */
  | { kind: "refuse"; status: number; body: object; headers?: Record<string, string> }
  /** Publishes and cuts the connection instead of responding. */
  | { kind: "publish and cut" }
  /** Cuts the connection and publishes nothing. */
  | { kind: "cut" }
  /** Publishes once `until` resolves. */
  | { kind: "wait"; until: Promise<unknown> }
  /** Publishes, and responds once `until` resolves. */
  | { kind: "publish and wait"; until: Promise<unknown> };

export interface NetworkPost {
  id: string;
  key: string;
  text: string;
  token: string;
  consumer: string | undefined;
  secret: string | undefined;
  at: number;
}

/**
 * A social network on this machine, over HTTP: uploads, posts, look-ups by key, tokens with rotating refresh tokens. It
 * publishes each call again, whatever its key, so that a repeated call is visible.
 */
export class TestNetwork {
  readonly posts: NetworkPost[] = [];
  /** "METHOD path", in order. */
  readonly calls: string[] = [];
  readonly deleted: string[] = [];
  readonly revoked: string[] = [];
  /** For the next calls to publish, in order. */
  readonly next: Behaviour[] = [];
  /** For every look-up. */
  lookUps: "say" | "do not say" | "fail" = "say";
  /** Valid refresh tokens. Each is valid once. */
  readonly refreshTokens = new Set<string>();
  /** They have expired, and can be renewed. */
  readonly endedTokens = new Set<string>();
  readonly endedGrants = new Set<string>();
  /** Before an upload is answered. */
  onUpload: () => Promise<unknown> = () => Promise.resolve();
  /** Before a token is renewed. */
  refreshMs = 0;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  #count = 0;

  static async start(port = 0): Promise<TestNetwork> {
    const network = new TestNetwork();
    await new Promise<void>((resolve) => network.#server.listen(port, "127.0.0.1", resolve));
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  keys(): string[] {
    return this.posts.map(({ key }) => key);
  }

  count(call: string): number {
    return this.calls.filter((each) => each === call).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://network");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>) : {};
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    this.calls.push(`${request.method} ${url.pathname.split("/").slice(0, 2).join("/")}`);
    const reply = (status: number, value: object = {}, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    };
    if (url.pathname === "/tokens") {
      await new Promise((resolve) => setTimeout(resolve, this.refreshMs));
      return this.#refresh(body["refreshToken"] ?? "", reply);
    }
    if (this.endedTokens.has(token)) return reply(401, { error: "token_expired" });
    if (this.endedGrants.has(token)) return reply(401, { error: "grant_ended" });
    if (url.pathname === "/revocations") {
      this.revoked.push(token);
      return reply(200);
    }
    if (url.pathname === "/uploads") {
      await this.onUpload();
      return reply(201, { upload: `u${++this.#count}` });
    }
    if (request.method === "DELETE") {
      this.deleted.push(url.pathname.slice("/posts/".length));
      return reply(200);
    }
    if (request.method === "GET") {
      if (this.lookUps === "fail") return reply(503);
      if (this.lookUps === "do not say") return reply(200, { unknown: true });
      const post = this.posts.find(({ key }) => key === url.searchParams.get("key"));
      return reply(200, post ? { id: post.id } : {});
    }
    const behaviour = this.next.shift();
    if (behaviour?.kind === "refuse") return reply(behaviour.status, behaviour.body, behaviour.headers);
    if (behaviour?.kind === "cut") return void request.socket.destroy();
    if (behaviour?.kind === "wait") await behaviour.until;
    const id = `p${++this.#count}`;
    const consumer = request.headers["x-consumer"];
    const { key = "", text = "" } = body;
    const secret = request.headers["x-secret"] as string | undefined;
    this.posts.push({ id, key, text, token, consumer: consumer as string | undefined, secret, at: Date.now() });
    if (behaviour?.kind === "publish and cut") return void request.socket.destroy();
    if (behaviour?.kind === "publish and wait") await behaviour.until;
    reply(201, { id });
  }

  #refresh(given: string, reply: (status: number, value?: object) => void): void {
    if (!this.refreshTokens.delete(given)) {
      reply(400, { error: "invalid_grant" });
      return;
    }
    const token = `token-${++this.#count}`;
    const refreshToken = `refresh-${this.#count}`;
    this.refreshTokens.add(refreshToken);
    reply(200, { token, refreshToken });
  }
}
