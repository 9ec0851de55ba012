import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import type { Credential } from "../../src/game/game.ts";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { Outbox, type Outgoing } from "../../src/server/outbox.ts";
import { API_KEY, SERVER_SECRET, startTestApp, type TestApp, type TestAppOptions, testGame } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { echo, gated, signIn, withRequests } from "./support.ts";

let app: TestApp;
afterEach(() => app?.discard());

/** The bystander is still served, and nothing reached the process. */
async function start(options: TestAppOptions = {}): Promise<{ bystander: TestClient; stillServed(): Promise<void> }> {
  app = await startTestApp({ requests: withRequests(echo), ...options });
  const bystander = await app.client();
  return {
    bystander,
    async stillServed() {
      expect(await bystander.request("EchoRequest", { count: 7 })).toMatchObject({ count: 7 });
      expect(app.services.metrics.unexpected.process).toBe(0);
    },
  };
}

/** The ids of unexpected errors in the log. */
const logged = () => app.log.filter(({ errorId }) => errorId !== undefined).map(({ errorId }) => errorId as string);

describe("a frame with an invalid class", () => {
  const frames = ['{"@class":""}', '{"@class":"."}', '{"@class":null}', '{"@class":[]}', '{"@class":{"a":""}}', "{}"];

  it.each(frames)("%s is refused before the handshake", async (text) => {
    const { stillServed } = await start();
    const stranger = new TestClient(app.socketUrl());
    await stranger.next();
    stranger.sendText(text);
    expect((await stranger.next()).error).toHaveProperty("authentication");
    await stranger.close();
    await stillServed();
    expect(logged()).toEqual([]);
  });

  it.each(frames)("%s is refused while it waits behind a login", async (text) => {
    const wait = gated();
    const { stillServed } = await start({ requests: withRequests(echo, wait.request) });
    const client = await app.client();
    await signIn(client);
    client.sendFrame({ "@class": ".WaitRequest" });
    client.sendFrame({ "@class": ".DeviceAuthenticationRequest", deviceId: "device-1", deviceOS: "IOS" });
    client.sendText(text);
    await wait.until(1);
    wait.release();
    expect((await client.next(({ error }) => error)).error).toHaveProperty("@class");
    await stillServed();
    expect(logged()).toEqual([]);
  });

  it.each(frames)("%s is refused if it exceeds the rate, alone and in an array", async (text) => {
    const { stillServed } = await start({ config: { requestsPerSecond: 1, requestBurst: 4 } });
    const client = await app.client();
    client.sendText(`[${Array(6).fill(text).join()}]`);
    for (let i = 0; i < 6; i++) client.sendText(text);
    const answers = await Promise.all(Array.from({ length: 12 }, () => client.next()));
    expect(answers.map(({ error }) => Object.keys(error)[0])).toContain("RUNTIME_API_REQUESTS_PREVIEW_SECOND");
    await stillServed();
    expect(logged()).toEqual([]);
  });
});

describe("an unexpected error", () => {
  const boom = () => {
    throw new Error("the password is hunter2");
  };

  /** The requests as they are, but that looking up one of them fails. */
  class Brittle extends Map<string, AnyRequest> {
    override get(name: string): AnyRequest | undefined {
      return name === "BrittleRequest" ? boom() : super.get(name);
    }
  }
  const brittle = new Brittle(withRequests(echo));

  async function closes(client: TestClient): Promise<void> {
    const { code, reason } = await client.closed;
    const [errorId] = logged();
    expect(code).toBe(1011);
    expect(reason).toContain(errorId);
    expect(reason).not.toContain("hunter2");
    expect(app.services.metrics.unexpected.socket).toBe(1);
    expect(app.services.metrics.closed.get("internal")).toBe(1);
    const page = await (await fetch(`${app.httpUrl}/metrics`)).text();
    expect(page).toContain('rekindle_unexpected_errors_total{place="socket"} 1');
  }

  it("while a frame is read closes its socket with an id that is also logged", async () => {
    const { stillServed } = await start({ requests: brittle });
    const client = await app.client();
    client.sendFrame([{ "@class": ".EchoRequest", count: 1 }, { "@class": ".BrittleRequest" }]);
    await closes(client);
    await stillServed();
  });

  it("while a frame is refused closes its socket", async () => {
    const { stillServed } = await start({ requests: brittle });
    const stranger = new TestClient(app.socketUrl());
    await stranger.next();
    stranger.sendFrame({ "@class": ".BrittleRequest" });
    await closes(stranger);
    await stillServed();
  });

  it("after a login closes its socket, which no longer belongs to the player", async () => {
    const scripts = fakeScripts({});
    const has: typeof scripts.has = (kind, name) => (name === "GS_PLAYER_CONNECT" ? boom() : scripts.has(kind, name));
    const { stillServed } = await start({ cloudCode: { ...scripts, has } });
    const client = await app.client();
    client.sendFrame({ "@class": ".DeviceAuthenticationRequest", deviceId: "boom", deviceOS: "IOS" });
    await closes(client);
    expect(client.userId).toBeUndefined();
    await stillServed();
  });

  it("while a socket closes does not affect others", async () => {
    const scripts = fakeScripts({});
    const has: typeof scripts.has = (kind, name) =>
      name === "GS_PLAYER_DISCONNECT" ? boom() : scripts.has(kind, name);
    const { stillServed } = await start({ cloudCode: { ...scripts, has } });
    const client = await app.client();
    await signIn(client);
    client.socket.terminate();
    await expect.poll(() => app.services.metrics.unexpected.socket).toBe(1);
    await expect.poll(() => app.services.metrics.connections).toBe(1);
    await stillServed();
  });

  /** The credentials as they are, but that reading them fails once that is wanted. */
  class BrittleCredentials extends Map<string, Credential> {
    broken = false;
    override values() {
      return this.broken ? boom() : super.values();
    }
    override get(name: string) {
      return this.broken ? boom() : super.get(name);
    }
  }

  it("while a socket is opened ends that connection", async () => {
    const credentials = new BrittleCredentials(testGame().credentials);
    const { stillServed } = await start({ game: testGame([], { credentials }) });
    credentials.broken = true;
    const stranger = new TestClient(app.socketUrl());
    expect(await stranger.closed).toMatchObject({ code: 1006 });
    expect(app.services.metrics.unexpected.upgrade).toBe(1);
    expect(logged()).toHaveLength(1);
    await stillServed();
  });

  it("in an HTTP request is answered with 500 and an id that is also logged", async () => {
    const credentials = new BrittleCredentials(testGame().credentials);
    const { stillServed } = await start({ game: testGame([], { credentials }) });
    credentials.broken = true;
    for (const path of [`/rs/server/${SERVER_SECRET}/EchoRequest`, `/callback/${API_KEY}/server/${SERVER_SECRET}`]) {
      const answer = await fetch(`${app.httpUrl}${path}`, { method: "POST", body: "{}" });
      const { error } = (await answer.json()) as { error: Record<string, string> };
      expect([answer.status, error.server]).toEqual([500, "INTERNAL"]);
      expect(logged()).toContain(error.errorId);
    }
    expect(app.services.metrics.unexpected.http).toBe(2);
    await stillServed();
  });

  it("in one socket's write does not block others", async () => {
    const sent: string[] = [];
    const broken: unknown[] = [];
    const to = (send: (text: string) => void): Outgoing => ({
      socket: { send } as WebSocket,
      wire: new PassThrough(),
      unsent: undefined,
      written() {},
      failUnexpectedly: (error) => broken.push(error),
    });
    const outbox = new Outbox();
    outbox.add(to(boom), "first");
    outbox.add(
      to((text) => sent.push(text)),
      "second",
    );
    outbox.flush();
    expect(sent).toEqual(["second"]);
    expect(broken).toHaveLength(1);
  });
});

describe("a client inside the process", () => {
  it.each([
    ["null", null],
    ["an array", []],
    ["nothing", undefined],
    ["text", "text"],
    ["an empty class", { "@class": "" }],
    ["a class that is not text", { "@class": 7 }],
    ["too deep a frame", JSON.parse(`{"a":${"[".repeat(2000)}${"]".repeat(2000)}}`)],
  ])("is refused %s like a socket", async (_what, frame) => {
    await start();
    const client = app.localClient("preview", app.services.game.credentials.get("device")!);
    const { result, response } = await client.request(frame as never);
    expect([result, response["@class"]]).toEqual(["refused", ".GameSparksErrorResponse"]);
    expect(logged()).toEqual([]);
  });
});
