import { afterEach, describe, expect, it } from "vitest";
import { SERVER_SECRET, testCredential, testGame } from "../../support/app.ts";
import { TestClient } from "../../support/client.ts";
import { isMessage, leftover, type MessageApp, messageConfig, nextMessages, ok, startMessageApp } from "./support.ts";

const HOUR_MS = 3_600_000;
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

let app: MessageApp;
afterEach(() => app.discard());

describe("a message to an online player", () => {
  it("is sent once to every socket of the player, immediately, and stored", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    const tablet = await app.client({ authToken: ada.authToken! });
    const grace = await app.player("grace");
    await ok(grace.request("SendRequest", { to: [ada.userId], data: { gold: 5 } }));
    const message = {
      "@class": ".ScriptMessage",
      messageId: expect.stringMatching(/^[0-9a-f]{24}$/),
      notification: true,
      data: { gold: 5 },
      playerId: ada.userId,
      summary: "ScriptMessage",
    };
    const [onPhone, onTablet] = [await ada.next(), await tablet.next()];
    expect(onPhone).toEqual(message);
    expect(onTablet).toEqual(onPhone);
    expect(await leftover(ada)).toEqual([]);
    expect(await leftover(grace), "nobody else gets it").toEqual([]);
    expect(await app.kept(ada.userId)).toMatchObject([{ body: JSON.stringify(onPhone), seen: true }]);

    const later = await app.client({ authToken: ada.authToken! });
    expect(await leftover(later), "it was delivered").toEqual([]);
  });

  it("is a separate copy for each recipient, and one copy for a recipient named twice", async () => {
    app = await startMessageApp();
    const players = [await app.player("a"), await app.player("b"), await app.player("c")];
    const to = players.map((p) => p.userId);
    await ok(players[0]!.request("SendRequest", { to: [...to, ...to, "f".repeat(24)] }));
    const ids = new Set<string>();
    for (const client of players) {
      const message = await client.next((f) => f["@class"] === ".ScriptMessage");
      expect(message.playerId).toBe(client.userId);
      ids.add(message.messageId);
      expect(await leftover(client)).toEqual([]);
    }
    expect(ids.size).toBe(3);
    expect(await app.kept("f".repeat(24)), "a player that does not exist is left out").toEqual([]);
  });

  it.each(["SendRequest", "ReadSendRequest"])("is delivered in the order of sending (%s)", async (name) => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    await ok(ada.request(name, { to: [ada.userId], copies: 30 }));
    expect((await nextMessages(ada, 30)).map((m) => m.data.n)).toEqual(numbers(30));
  });

  it.each([
    ["SendRequest", "refuse"],
    ["SendRequest", "fail"],
    ["ReadSendRequest", "refuse"],
    ["ReadSendRequest", "fail"],
  ])("is not sent if the transaction is rolled back (%s, %s)", async (name, afterwards) => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    expect(await ada.request(name, { to: [ada.userId], afterwards })).toHaveProperty("error");
    expect(await leftover(ada)).toEqual([]);
    expect(await app.kept(ada.userId)).toEqual([]);
  });

  it("sent by a durable request is delivered once, even if the request is repeated", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    for (let i = 0; i < 3; i++) await ok(ada.request("SendRequest", { to: [ada.userId], requestId: "d_1" }));
    expect(await nextMessages(ada, 1)).toHaveLength(1);
    expect(await leftover(ada)).toEqual([]);
  });
});

describe("a message to an offline player", () => {
  it("is delivered once at the next login, in order, after the login's response", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    const grace = await app.player("grace");
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    for (const n of numbers(5)) await ok(grace.request("SendRequest", { to: [ada.userId], data: { n } }));
    expect(await app.kept(ada.userId)).toMatchObject(numbers(5).map(() => ({ seen: false, waiting: true })));

    const back = await app.client();
    back.sendFrame({ "@class": ".DeviceAuthenticationRequest", deviceId: "ada", deviceOS: "IOS" });
    expect((await back.next())["@class"]).toBe(".AuthenticationResponse");
    expect((await nextMessages(back, 5)).map((m) => m.data.n)).toEqual(numbers(5));
    expect(await leftover(back)).toEqual([]);
    const kept = await app.kept(ada.userId);
    expect(kept).toMatchObject(numbers(5).map(() => ({ seen: true })));
    expect(kept.filter((m) => "waiting" in m)).toEqual([]);

    const again = await app.client({ authToken: ada.authToken! });
    expect(await leftover(again)).toEqual([]);
  });

  it("is delivered at a silent re-authentication, after the handshake's response", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    const grace = await app.player("grace");
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    await ok(grace.request("SendRequest", { to: [ada.userId], copies: 3 }));
    // `client` expects the handshake's response as the next frame, so an earlier message would fail the test.
    const back = await app.client({ authToken: ada.authToken! });
    expect(back.sessionId).toBeDefined();
    expect((await nextMessages(back, 3)).map((m) => m.data.n)).toEqual([0, 1, 2]);
  });

  it("waits for the player, not for the socket's previous player", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    await ok(ada.request("DeviceAuthenticationRequest", { deviceId: "grace", deviceOS: "IOS" }));
    const graceId = ada.userId;
    const sender = await app.player("sender");
    await ok(sender.request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" }));
    const adaId = sender.userId;
    await ok(ada.request("SendRequest", { to: [adaId], data: { for: "ada" } }));
    expect((await sender.next()).data).toEqual({ for: "ada" });
    expect(await leftover(ada)).toEqual([]);
    expect(adaId).not.toBe(graceId);
  });

  it("is neither sent nor listed once it has expired", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    const grace = await app.player("grace");
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    await ok(grace.request("SendRequest", { to: [ada.userId], data: { n: "short" }, hours: 1 }));
    await ok(grace.request("SendRequest", { to: [ada.userId], data: { n: "long" }, hours: 3 }));
    app.clock.advance(2 * HOUR_MS);
    const back = await app.player("ada");
    expect((await nextMessages(back, 1))[0]!.data).toEqual({ n: "long" });
    expect(await leftover(back)).toEqual([]);
    expect((await ok(back.request("ListMessageRequest"))).messageList).toMatchObject([{ data: { n: "long" } }]);
    app.clock.advance(2 * HOUR_MS);
    expect((await ok(back.request("ListMessageRequest"))).messageList).toEqual([]);
  });

  it("that expires immediately is sent to open sockets and not stored", async () => {
    app = await startMessageApp();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await grace.close();
    await expect.poll(() => app.services.presence.online([grace.userId as never])).toEqual(new Set());
    await ok(ada.request("SendRequest", { to: [ada.userId, grace.userId], hours: 0 }));
    expect(await nextMessages(ada, 1)).toHaveLength(1);
    expect(await app.kept(ada.userId)).toEqual([]);
    expect(await app.kept(grace.userId)).toEqual([]);
  });

  it("among ten thousand is delivered in pages, in order, without blocking other requests", async () => {
    app = await startMessageApp({ config: { messagesPerPlayer: 20_000 } });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    for (const part of numbers(20)) {
      await ok(grace.request("SendRequest", { to: [ada.userId], copies: 500, data: { part } }));
      app.clock.advance(1);
    }
    const back = await app.client({ authToken: ada.authToken! });
    const all = nextMessages(back, 10_000);
    // Each gets a response during or after the delivery.
    for (let i = 0; i < 20; i++) await ok(grace.request("AccountDetailsRequest"));
    const order = (await all).map(({ data }) => data.part * 500 + data.n);
    expect(order).toEqual(numbers(10_000));
    expect(await leftover(back)).toEqual([]);
  });

  it("is sent only as fast as the client reads", async () => {
    app = await startMessageApp();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    const data = { text: "x".repeat(60_000) };
    for (const _ of numbers(10)) await ok(grace.request("SendRequest", { to: [ada.userId], copies: 40, data }));
    const back = await app.client();
    back.sendFrame({ "@class": ".DeviceAuthenticationRequest", deviceId: "ada", deviceOS: "IOS" });
    back.socket.pause();
    const seen = async () => (await app.kept(ada.userId)).filter((m) => m.seen).length;
    await expect.poll(seen).toBeGreaterThan(0);
    for (const _ of numbers(50)) await ok(grace.request("AccountDetailsRequest"));
    expect(await seen(), "24 MB are not written to who does not read").toBeLessThan(400);
    back.socket.resume();
    expect((await nextMessages(back, 400)).map((m) => m.data.n)).toEqual(numbers(10).flatMap(() => numbers(40)));
  });

  it("that was not sent because the player disconnected is delivered at the next login", async () => {
    app = await startMessageApp();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    const data = { text: "x".repeat(60_000) };
    await ok(grace.request("SendRequest", { to: [ada.userId], copies: 400, data }));
    const back = await app.client({ authToken: ada.authToken! });
    await nextMessages(back, 1);
    back.socket.pause();
    const first = new Set(back.inbox.filter(isMessage).map((m) => m.data.n as number)).add(0);
    back.socket.terminate();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    const again = await app.client({ authToken: ada.authToken! });
    const rest: number[] = [];
    while (rest.at(-1) !== 399) rest.push((await nextMessages(again, 1))[0]!.data.n);
    expect(rest, "in order, without a gap").toEqual(numbers(rest.length).map((n) => n + 400 - rest.length));
    expect(
      rest.filter((n) => first.has(n)),
      "no duplicates",
    ).toEqual([]);
  });

  it.each([2, 6])("is delivered once if %d logins race each other", async (count) => {
    app = await startMessageApp();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    await ok(grace.request("SendRequest", { to: [ada.userId], copies: 120 }));
    const clients = await Promise.all(numbers(count).map(() => app.client({ authToken: ada.authToken! })));
    const arrived = () => new Set(clients.flatMap(({ inbox }) => inbox.filter(isMessage).map((m) => m.messageId))).size;
    await expect.poll(arrived).toBe(120);
    for (const client of clients) {
      const got = (await leftover(client)).map((m) => m.data.n as number);
      expect(got, "in order, none twice").toEqual([...new Set(got)].sort((a, b) => a - b));
    }
    const all = new Set(clients.flatMap((c) => c.inbox.filter((f) => f.data).map((m) => m.data.n)));
    expect(all.size).toBe(120);
  });
});

/** A placeholder; the linter reports literal ones as mistakes. */
const $ = (path: string) => `$\{${path}}`;

describe("the configuration and the sender's overrides", () => {
  const game = testGame([], {
    messages: new Map([
      messageConfig("ScriptMessage", {
        summary: `You got ${$("data.gold")} gold${$("data.none")}`,
        expireAfterHours: 60,
      }),
      messageConfig("ScriptMessage_QUIET", {
        sendViaSocket: false,
        sendAsPush: false,
        title: "Psst",
        subTitle: $("extCode"),
      }),
    ]),
  });

  it.each([
    ["of the class", {}, { summary: "You got 5 gold", notification: true }, 60],
    [
      "of an extension, sent with its base class",
      { extCode: "QUIET", viaSocket: true },
      {
        "@class": ".ScriptMessage",
        extCode: "QUIET",
        title: "Psst",
        subTitle: "QUIET",
        summary: "ScriptMessage",
        notification: false,
      },
      720,
    ],
    [
      "of an unknown extension, which uses that of the class",
      { extCode: "NOBODY" },
      { extCode: "NOBODY", summary: "You got 5 gold" },
      60,
    ],
    ["of the sender", { push: false, hours: 2 }, { notification: false }, 2],
  ])("%s", async (_, fields, message, hours) => {
    app = await startMessageApp({ game });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { gold: 5 }, ...fields }));
    expect((await nextMessages(ada, 1))[0]).toMatchObject(message);
    const [kept] = await app.kept(ada.userId);
    expect(kept!.expires).toEqual(new Date(app.clock.now() + hours * HOUR_MS));
  });

  it("can disable sending, so that messages are only listed", async () => {
    app = await startMessageApp({ game });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], extCode: "QUIET" }));
    const again = await app.client({ authToken: ada.authToken! });
    expect(await leftover(ada)).toEqual([]);
    expect(await leftover(again)).toEqual([]);
    const { messageList } = await ok(ada.request("ListMessageDetailRequest"));
    expect(messageList).toMatchObject([{ seen: false, message: { extCode: "QUIET" } }]);
  });

  it.each([
    ["that is too large", { data: { text: "x".repeat(70_000) } }, { message: "TOO_LARGE" }],
    [
      "with too many recipients",
      { to: numbers(11).map((n) => String(n).padStart(24, "0")) },
      { playerIds: "TOO_MANY" },
    ],
    ["with a too long code", { extCode: "x".repeat(129) }, { extCode: "INVALID" }],
  ])("refuses a message %s", async (_, fields, error) => {
    app = await startMessageApp({ game, config: { maxMessageRecipients: 10 } });
    const ada = await app.player("ada");
    expect((await ada.request("SendRequest", { to: [ada.userId], ...fields })).error).toEqual(error);
    expect(await app.kept(ada.userId)).toEqual([]);
  });

  it("limit the number of stored messages per player, keeping the newest", async () => {
    app = await startMessageApp({ config: { messagesPerPlayer: 5 } });
    const ada = await app.player("ada");
    for (const n of numbers(64)) await ok(ada.request("SendRequest", { to: [ada.userId], data: { n } }));
    await expect.poll(async () => (await app.kept(ada.userId)).length).toBeLessThanOrEqual(5 + 15);
    const kept = (await app.kept(ada.userId)).map((m) => JSON.parse(String(m.body)).data.n);
    expect(kept.at(-1)).toBe(63);
    expect(kept).toEqual(numbers(kept.length, 64 - kept.length));
  });

  it("set the time at which the store deletes messages", async () => {
    app = await startMessageApp();
    const indexes = await (await app.services.stores.open("preview")).collection("message").indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expires: 1 }, expireAfterSeconds: 0 }));
  });
});

describe("connections that may listen", () => {
  const listen = (credential: string, path = "") =>
    TestClient.connect(app.socketUrl(credential).replace("/ws/", `${path}/ws/`), { secret: `${credential} secret` });

  it("without a player receive all messages of their stage, including those to offline players", async () => {
    app = await startMessageApp();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    const server = await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET });
    const silent = await listen("server-send");
    const live = await listen("server", "/live");
    await grace.close();
    await expect.poll(() => app.services.presence.online([grace.userId as never])).toEqual(new Set());
    await ok(ada.request("SendRequest", { to: [ada.userId, grace.userId], data: { n: 1 } }));
    const heard = await nextMessages(server, 2);
    expect(heard.map((m) => m.playerId)).toEqual([ada.userId, grace.userId]);

    await app.player("grace");
    await ok(ada.request("SendRequest", { to: [ada.userId], viaSocket: false }));
    await ok(server.request("SendRequest", { playerId: ada.userId, to: [ada.userId], data: { n: 2 } }));
    expect((await nextMessages(server, 1))[0]!.data, "nothing twice, nothing that is not for sockets").toEqual({
      n: 2,
    });
    for (const client of [silent, live]) expect(client.inbox).toEqual([]);
    for (const client of [server, silent, live]) await client.close();
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
  });

  it("do not include one without that right: messages wait for a connection that has it", async () => {
    const deaf = testCredential("deaf", { canListen: false });
    app = await startMessageApp({ game: testGame([deaf]) });
    const ada = await app.player("ada");
    const { authToken, userId } = ada;
    await ada.close();
    const client = await TestClient.connect(app.socketUrl("deaf"), { secret: "deaf secret", authToken: authToken! });
    await ok(client.request("SendRequest", { to: [userId] }));
    expect(await leftover(client)).toEqual([]);
    const back = await app.client({ authToken: authToken! });
    expect(await nextMessages(back, 1)).toHaveLength(1);
    await client.close();
  });
});

describe("SessionTerminatedMessage", () => {
  const terminated = { "@class": ".SessionTerminatedMessage", authToken: "0" };

  it("signs out all sockets of the player but the caller's, and leaves them open", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    const other = await app.client({ authToken: ada.authToken! });
    const grace = await app.player("grace");
    await ok(ada.request("SendRequest", { to: [], afterwards: "terminate others" }));
    expect(await other.next()).toEqual(terminated);
    expect((await other.request("AccountDetailsRequest")).error).toMatchObject({ authentication: "NOTAUTHORIZED" });
    await ok(ada.request("AccountDetailsRequest"));
    await ok(grace.request("AccountDetailsRequest"));
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    expect(await nextMessages(ada, 1)).toHaveLength(1);
    expect(other.inbox).toEqual([]);

    await ok(other.request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" }));
    await ok(other.request("SendRequest", { to: [], afterwards: "terminate all" }));
    expect(await ada.next()).toEqual(terminated);
    expect(await app.services.presence.online([ada.userId as never])).toEqual(new Set());
  });

  it("is not sent if the transaction is rolled back", async () => {
    app = await startMessageApp();
    const ada = await app.player("ada");
    const other = await app.client({ authToken: ada.authToken! });
    await ada.request("SendRequest", { to: [], afterwards: "refuse" });
    expect(await leftover(other)).toEqual([]);
    await ok(other.request("AccountDetailsRequest"));
  });
});
