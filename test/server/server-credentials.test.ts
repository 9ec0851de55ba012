import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Messages } from "../../src/domains/messages/messages.ts";
import { SystemScripts } from "../../src/domains/system-scripts/system-scripts.ts";
import {
  isMessage,
  leftover,
  type MessageApp,
  nextMessages,
  ok,
  startMessageApp,
} from "../domains/messages/support.ts";
import { API_KEY, SERVER_SECRET, startTestApp, testCredential, testGame } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { SecureClient } from "../support/secure-client.ts";
import { echo, testRequest, withRequests } from "./support.ts";

const FRAMED_SECRET = "game:server";
const LOGIN = "DeviceAuthenticationRequest";

/** A game's own servers connect by credentials that can have no player. */
describe("a login sent by a game's server", () => {
  const framed = testCredential("game", { secret: FRAMED_SECRET, canHavePlayer: false });
  const script = (type: string, shortCode: string, source: string) => ({ type, shortCode, source });
  const game = testGame([framed], {
    embeddedScripts: [
      script("system", "GS_PLAYER_CONNECT", 'Spark.runtimeCollection("came").insert({ player: Spark.getPlayer() });'),
      script("event", "LOGIN", 'Spark.setScriptData("it", Spark.sendRequest(Spark.getData().REQUEST));'),
    ],
  });
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp({ game });
  });
  afterAll(() => app.discard());

  const byRest = (name: string, fields: object) => {
    const url = `${app.httpUrl}/rs/server/${encodeURIComponent(SERVER_SECRET)}/${name}`;
    return fetch(url, { method: "POST", body: JSON.stringify(fields) }).then((answer) => answer.json());
  };

  it.each([
    ["on its socket", (server: TestClient, fields: object) => server.request(LOGIN, { ...fields })],
    [
      "on a socket with the C# SDK's framing",
      async (_: TestClient, fields: object) => {
        const client = new SecureClient(`${app.url}/ws/secure/${API_KEY}?SDK=Unity`);
        await client.handshake({ secret: FRAMED_SECRET });
        return client.request(LOGIN, { ...fields });
      },
    ],
    ["by REST", (_: TestClient, fields: object) => byRest(LOGIN, fields)],
    [
      "by a script",
      async (server: TestClient, fields: object, playerId: unknown) => {
        const request = { "@class": `.${LOGIN}`, ...fields };
        const answer = await ok(server.request("LogEventRequest", { playerId, eventKey: "LOGIN", REQUEST: request }));
        return answer.scriptData.it;
      },
    ],
    [
      "inside the process",
      async (_: TestClient, fields: object) => {
        const client = app.localClient("preview", game.credentials.get("server")!);
        return (await client.request({ "@class": `.${LOGIN}`, ...fields })).response;
      },
    ],
  ])("%s returns the authToken, and messages still go to the player only", async (way, login) => {
    const [sender, grace] = [await app.player("sender"), await app.player(way)];
    const { userId } = grace;
    await grace.close();
    await expect.poll(() => app.services.presence.online([userId as never])).toEqual(new Set());
    await ok(sender.request("SendRequest", { to: [userId], data: { n: 1 } }));
    const came = (await app.services.stores.open("preview")).collection("script.came");
    await app.services.service(SystemScripts).settled();
    const connectsBefore = (await came.find({}).toArray()).length;

    const server = await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET });
    const answer = (await login(server, { deviceId: way, deviceOS: "IOS" }, sender.userId)) as Record<string, unknown>;
    expect(answer).toMatchObject({ userId, authToken: expect.stringMatching(/./) });
    await app.services.service(Messages).settled();
    await app.services.service(SystemScripts).settled();
    expect(await leftover(server)).toEqual([]);
    expect(await app.services.presence.online([userId as never])).toEqual(new Set());
    expect(await came.find({}).toArray()).toHaveLength(connectsBefore);

    await ok(sender.request("SendRequest", { to: [userId], data: { n: 2 } }));
    expect(await leftover(server), "once").toMatchObject([{ data: { n: 2 } }]);
    const back = await app.player(way);
    expect((await nextMessages(back, 2)).map(({ data }) => data.n)).toEqual([1, 2]);
    for (const client of [server, back, sender]) await client.close();
  });

  it("does not affect the player of later requests", async () => {
    const server = await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET });
    const login = server.request(LOGIN, { deviceId: "first", deviceOS: "IOS" });
    const details = await server.request("AccountDetailsRequest");
    expect(details.error).toMatchObject({ playerId: "REQUIRED" });
    await ok(login);
    expect((await server.request("AccountDetailsRequest")).error).toMatchObject({ playerId: "REQUIRED" });
    expect(server.inbox.filter(isMessage)).toEqual([]);
    await server.close();
  });
});

it("a login by a game's server does not delay its later requests", async () => {
  const held = Promise.withResolvers<void>();
  const login = testRequest({
    name: "LoginRequest",
    caller: "anyone",
    async handle() {
      await held.promise;
      return { response: {} };
    },
  });
  const app = await startTestApp({ requests: withRequests(echo, login) });
  const server = await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET });
  const answer = server.request("LoginRequest");
  expect(await server.request("EchoRequest", { count: 1 })).toMatchObject({ count: 1 });
  held.resolve();
  await ok(answer);
  await server.close();
  await app.discard();
});

describe("the rate of a credential without a player", () => {
  const start = (serverRequestsPerSecond: number) =>
    startTestApp({
      requests: withRequests(echo),
      game: testGame([testCredential("other", { canHavePlayer: false })]),
      config: { requestsPerSecond: 1, requestBurst: 3, serverRequestsPerSecond },
    });
  const EXCEEDED = { RUNTIME_API_REQUESTS_PREVIEW_SECOND: "EXCEEDED" };

  it("is shared by its sockets, REST calls and callbacks, and not with other credentials or stages", async () => {
    const app = await start(20);
    const rest = (credential: string, stage = "") =>
      fetch(`${app.httpUrl}${stage}/rs/${credential}/${encodeURIComponent(`${credential} secret`)}/EchoRequest`, {
        method: "POST",
        body: '{"count":1}',
      }).then(({ status }) => status);
    const sockets = [
      await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET }),
      await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET }),
    ];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => sockets[i % 2]!.request("EchoRequest", { count: 1 })),
    );
    const refused = answers.filter(({ error }) => error);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused.length).toBeLessThanOrEqual(40);
    expect(refused[0]!.error).toMatchObject({
      ...EXCEEDED,
      detail: expect.stringContaining("server together may send 20"),
    });

    const statuses = await Promise.all(Array.from({ length: 40 }, () => rest("server")));
    expect(statuses).toContain(429);
    const callback = `${app.httpUrl}/callback/${API_KEY}/${encodeURIComponent(SERVER_SECRET)}/`;
    const callbacks = await Promise.all(Array.from({ length: 40 }, () => fetch(callback)));
    expect(callbacks.map(({ status }) => status)).toContain(429);
    expect([await rest("other"), await rest("server", "/live")]).toEqual([200, 200]);
    for (const socket of sockets) await socket.close();
    await app.discard();
  });

  it("applies once the handshake has proven the secret", async () => {
    const app = await start(1000);
    const stranger = new TestClient(app.socketUrl("server"));
    await stranger.next();
    const answers = await Promise.all(Array.from({ length: 10 }, () => stranger.request("EchoRequest", { count: 1 })));
    expect(answers.map(({ error }) => Object.keys(error)[0])).toContain(Object.keys(EXCEEDED)[0]);
    const server = await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET });
    const served = await Promise.all(Array.from({ length: 500 }, () => server.request("EchoRequest", { count: 1 })));
    expect(served.filter(({ error }) => error)).toEqual([]);
    for (const client of [stranger, server]) await client.close();
    await app.discard();
  });
});
