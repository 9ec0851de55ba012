import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Messages } from "../../src/domains/messages/messages.ts";
import {
  leftover,
  type MessageApp,
  messageConfig,
  messageRequests,
  nextMessages,
  ok,
  startMessageApp,
} from "../domains/messages/support.ts";
import { testRequest } from "../server/support.ts";
import { testGame } from "../support/app.ts";
import type { AnyFrame } from "../support/client.ts";

/** Each is the script of a request of that name; `to` and `id` are what the request has. */
const SCRIPTS: Record<string, string> = {
  gold: "Spark.message(null).setPlayerIds(to).setMessageData({ gold: 5 }).send()",
  gift: "Spark.message('GIFT').setPlayerIds(to).setMessageData({ gold: 6 }).send()",
  overrides:
    "Spark.message().setSendAsPush(false).setSupressPushOnSocketSend(true).setIncludeInPushCount(false)" +
    ".setDeviceTypes('IOS', 'ANDROID').setDeviceTypes(['IOS']).setExpireAfterHours(2.9).setPlayerIds(to)" +
    ".setMessageData(null).send()",
  notBySocket: "Spark.message().setSendViaSocket(false).setPlayerIds(to).setMessageData({ n: 1 }).send()",
  onlyNow: "Spark.message().setExpireAfterHours(0).setPlayerIds(to).setMessageData({ n: 2 }).send()",
  overBefore: "Spark.message().setExpireAfterHours(-1).setPlayerIds(to).setMessageData({ n: 8 }).send()",
  lone: "Spark.message().setPlayerIds(to[0]).setMessageData({ n: 3 }).send()",
  several: "Spark.message().setPlayerIds(to[0], to[1]).setMessageData({ n: 4 }).send()",
  nobody: "Spark.message().send(); Spark.message().setPlayerIds([]).send(); Spark.sendMessage({}, null)",
  strangers:
    "Spark.message().setPlayerIds(['x', '5f00000000000000000000ff'].concat(to)).setMessageData({ n: 5 }).send()",
  snapshot:
    "var data = { n: 6 }; var m = Spark.message().setPlayerIds(to).setMessageData(data); data.n = 7; m.send(); m.send()",
  fails: "Spark.message().setPlayerIds(to).setMessageData({ n: 8 }).send(); throw 'after it'",
  refuses: "Spark.message().setPlayerIds(to).setMessageData({ n: 9 }).send(); Spark.setScriptError('NO', 1)",
  sendMessage: "Spark.sendMessage({ how: 'sendMessage' }, to.map(Spark.loadPlayer))",
  sendMessages: "Spark.sendMessage({ how: 'sendMessage' }, Spark.loadPlayer(to[0]), Spark.loadPlayer(to[1]))",
  sendMessageExt: "Spark.sendMessageExt({ how: 'sendMessageExt' }, 'GIFT', to.map(Spark.loadPlayer))",
  sendMessageWithoutPush: "Spark.sendMessageWithoutPush({ how: 'sendMessageWithoutPush' }, to.map(Spark.loadPlayer))",
  sendMessageById: "Spark.sendMessageById({ how: 'sendMessageById' }, to)",
  sendMessageByIdExt: "Spark.sendMessageByIdExt({ how: 'sendMessageByIdExt' }, 'GIFT', to[0], to[1])",
  sendMessageByIdWithoutPush: "Spark.sendMessageByIdWithoutPush({ how: 'sendMessageByIdWithoutPush' }, to)",
  dismiss: "it([Spark.dismissMessage(id), Spark.dismissMessage(id), Spark.dismissMessage('x')])",
  dismissOwn: "it([Spark.getPlayer().dismissMessage(id), Spark.loadPlayer(to[0]).dismissMessage(id)])",
  playerIds: "it(Spark.getPlayerIds())",
  disconnect: "Spark.getPlayer().disconnect(false)",
  disconnectOthers: "Spark.getPlayer().disconnect(true)",
  disconnectOther: "Spark.loadPlayer(to[0]).disconnect(true)",
  hide:
    "var me = Spark.getPlayer(), seen = [me.isHiddenOnLeaderboards()]; me.hideOnLeaderboards();" +
    "seen.push(me.isHiddenOnLeaderboards()); me.showOnLeaderboards(); seen.push(me.hiddenOnLeaderboards); it(seen)",
};

const MESSAGE_SCRIPTS: Record<string, string> = {
  "message-global/ScriptMessage_REPORTED": "Spark.setScriptData('global', Spark.getPlayerIds())",
  "message-user/ScriptMessage_REPORTED": "Spark.setScriptData('user', Spark.playerIds.length)",
  // Sends itself on and on, by turns by itself and by a request whose script sends it.
  "message-user/ScriptMessage_LOOP": `
    var n = Spark.getData().data.n + 1, to = [Spark.getPlayer().getPlayerId()];
    if (n % 2) Spark.message("LOOP").setMessageData({ n: n }).setPlayerIds(to).send();
    else {
      var request = new SparkRequests.SocialStatusRequest();
      request.scriptData = { n: n, to: to };
      request.Execute();
    }`,
  "request/SocialStatusRequest": `
    var data = Spark.getData().scriptData;
    Spark.message("LOOP").setMessageData({ n: data.n }).setPlayerIds(data.to).send();`,
};

/** Calls that are refused, and the error that the script catches as `it`. */
const REFUSED: [script: string, reported: string][] = [
  ["Spark.message({})", "Spark.message: extCode must be a string, not an object."],
  ["Spark.message().setSendViaSocket('yes')", "SparkMessage.setSendViaSocket: value must be a boolean, not a string."],
  ["Spark.message().setSendAsPush()", "SparkMessage.setSendAsPush: value must be a boolean, not undefined."],
  ["Spark.message().setSupressPushOnSocketSend(1)", "setSupressPushOnSocketSend: value must be a boolean"],
  ["Spark.message().setIncludeInPushCount(null)", "setIncludeInPushCount: value must be a boolean, not null."],
  ["Spark.message().setExpireAfterHours('two')", "setExpireAfterHours: hours must be a number, not a string."],
  ["Spark.message().setDeviceTypes([{}])", "setDeviceTypes: deviceTypes[0] must be a string, not an object."],
  ["Spark.message().setMessageData('text')", "setMessageData: data must be an object, not a string."],
  ["Spark.message().setMessageData([1])", "setMessageData: data must be an object, not an array."],
  ["var a = {}; a.a = a; Spark.message().setMessageData(a)", "data cannot be converted to JSON"],
  ["Spark.message().setPlayerIds(['a', null])", "setPlayerIds: playerIds[1] must be a string, not null."],
  ["Spark.message().setPlayerIds('a', ['b', ['c']])", "playerIds[1] must be a string, not an object."],
  ["Spark.sendMessage({}, 'a')", "Spark.sendMessage: players[0] must be a SparkPlayer, not a string."],
  ["Spark.sendMessageExt({}, 7, [{}])", "Spark.sendMessageExt: players[0] must be a SparkPlayer, not an object."],
  ["Spark.sendMessageExt({}, {}, [])", "Spark.sendMessageExt: extCode must be a string, not an object."],
  ["Spark.sendMessageWithoutPush(5, [])", "Spark.sendMessageWithoutPush: data must be an object, not a number."],
  ["Spark.sendMessageById({}, Spark.getPlayer())", "Spark.sendMessageById: playerIds[0] must be a string"],
  ["Spark.sendMessageByIdExt(undefined, 'A', 'a')", "Spark.sendMessageByIdExt: data must be an object, not undefined."],
  ["Spark.sendMessageByIdWithoutPush({}, [true, []])", "playerIds[1] must be a string, not an object."],
  ["Spark.sendMessageById({}, to, 'a', 'b', 'c')", "A message may have at most 3 recipients; this one has 4."],
  ["Spark.sendMessageById({ a: Array(3000).join('x') }, to)", "The message is larger than 2000 bytes."],
  ["Spark.sendMessageByIdExt({}, Array(130).join('x'), to)", "extCode is longer than 128 characters."],
  ["Spark.dismissMessage({})", "Spark.dismissMessage: messageId must be a string, not an object."],
  ["Spark.getPlayer().dismissMessage({})", "SparkPlayer.dismissMessage: messageId must be a string, not an object."],
  ["Spark.getPlayer().disconnect('all')", "SparkPlayer.disconnect: excludeCurrent must be a boolean, not a string."],
];

const nameOf = (script: string) => `${script[0]!.toUpperCase()}${script.slice(1)}Request`;

let app: MessageApp;
let count = 0;

beforeAll(async () => {
  const before =
    "var to = Spark.getData().to, id = Spark.getData().id; function it(x) { Spark.setScriptData('it', x); }";
  const scripts = [
    ...Object.entries(SCRIPTS).map(([name, source]) => [`request/${nameOf(name)}`, `${before} ${source};`] as const),
    ...REFUSED.map(([script], index) => {
      return [`request/Refused${index}Request`, `${before} try { ${script} } catch (e) { it(e.message); }`] as const;
    }),
    ...Object.entries(MESSAGE_SCRIPTS),
  ];
  const embeddedScripts = scripts.map(([key, source]) => {
    const [type, shortCode] = key.split("/") as [string, string];
    return { type, shortCode, source };
  });
  const messages = new Map([
    messageConfig("ScriptMessage_GIFT", { title: "A gift of ${data.gold}", sendAsPush: false }),
  ]);
  const names = [...Object.keys(SCRIPTS), ...REFUSED.map((_, index) => `refused${index}`)];
  const own = names.map((name) => testRequest({ name: nameOf(name), handle: async () => ({ response: {} }) }));
  app = await startMessageApp({
    game: testGame([], { embeddedScripts, messages }),
    requests: new Map([...messageRequests, ...own.map((r) => [r.name, r] as const)]),
    config: { maxMessageBytes: 2_000, maxMessageRecipients: 3, scriptTimeoutMs: 20_000 },
  });
});
afterAll(() => app.discard());

/** Two players with a socket each, nobody's but this test's. */
async function two() {
  count++;
  const [ada, grace] = [await app.player(`ada ${count}`), await app.player(`grace ${count}`)];
  const run = (script: string, more: AnyFrame = {}) => ada.request(nameOf(script), { to: [grace.userId], ...more });
  return { ada, grace, both: [ada.userId, grace.userId], run };
}

describe("a message that a script sends", () => {
  test("reaches a connected player at once, before the sender's response", async () => {
    const { grace, run } = await two();
    await ok(run("gold"));
    expect(await nextMessages(grace, 1)).toEqual([
      {
        "@class": ".ScriptMessage",
        messageId: expect.stringMatching(/^[0-9a-f]{24}$/),
        notification: true,
        data: { gold: 5 },
        playerId: grace.userId,
        summary: "ScriptMessage",
      },
    ]);
    expect(await leftover(grace)).toEqual([]);
  });

  test("reaches an offline player at the next login", async () => {
    const { grace, run } = await two();
    const name = `grace ${count}`;
    await grace.close();
    await expect.poll(() => app.services.presence.online([grace.userId as never])).toEqual(new Set());
    await ok(run("gift"));
    const back = await app.player(name);
    expect(back.userId).toBe(grace.userId);
    expect(await nextMessages(back, 1)).toMatchObject([
      { extCode: "GIFT", title: "A gift of 6", data: { gold: 6 }, notification: false },
    ]);
    expect(await leftover(back)).toEqual([]);
  });

  test("has the script's settings instead of the configured ones", async () => {
    const { grace, run } = await two();
    await ok(run("overrides"));
    const [message] = await nextMessages(grace, 1);
    expect(message).toMatchObject({ notification: false });
    expect(message).not.toHaveProperty("data");
    const [kept] = await app.kept(grace.userId);
    expect((kept!.expires as Date).getTime() - app.clock.now()).toBe(2 * 3_600_000);
  });

  test("is only in the list if not for sockets, and only on sockets if it expires at once", async () => {
    const { grace, run } = await two();
    await ok(run("notBySocket"));
    await ok(run("onlyNow"));
    await ok(run("overBefore"));
    expect(await nextMessages(grace, 2)).toMatchObject([{ data: { n: 2 } }, { data: { n: 8 } }]);
    expect(await leftover(grace)).toEqual([]);
    expect((await ok(grace.request("ListMessageRequest"))).messageList).toMatchObject([{ data: { n: 1 } }]);
  });

  test.each([
    ["a lone id", "lone", { n: 3 }],
    ["ids one after the other", "several", { n: 4 }],
    ["among ids of nobody", "strangers", { n: 5 }],
  ])("goes to %s", async (_what, script, data) => {
    const { ada, grace, both, run } = await two();
    const to = script === "several" ? both : [grace.userId];
    await ok(run(script, { to }));
    expect(await nextMessages(grace, 1)).toMatchObject([{ data }]);
    if (script === "several") expect(await nextMessages(ada, 1)).toMatchObject([{ data }]);
    expect(await leftover(grace)).toEqual([]);
  });

  test("without recipients is not sent", async () => {
    const { grace, run } = await two();
    await ok(run("nobody"));
    expect(await leftover(grace)).toEqual([]);
  });

  test("copies its values when they are set and may be sent repeatedly", async () => {
    const { grace, run } = await two();
    await ok(run("snapshot"));
    expect(await nextMessages(grace, 2)).toMatchObject([{ data: { n: 6 } }, { data: { n: 6 } }]);
  });

  test.each([
    ["fails", { n: 8 }],
    ["refuses", { n: 9 }],
  ])("is sent even where the script %s afterwards", async (script, data) => {
    const { grace, run } = await two();
    expect(await run(script)).toHaveProperty("error");
    expect(await nextMessages(grace, 1)).toMatchObject([{ data }]);
    expect(await app.kept(grace.userId)).toHaveLength(1);
  });

  test.each([
    ["sendMessage", {}],
    ["sendMessages", {}],
    ["sendMessageExt", { extCode: "GIFT", notification: false }],
    ["sendMessageWithoutPush", { notification: false }],
    ["sendMessageById", {}],
    ["sendMessageByIdExt", { extCode: "GIFT", notification: false }],
    ["sendMessageByIdWithoutPush", { notification: false }],
  ])("may be sent by the older %s", async (script, reported) => {
    const { ada, grace, both, run } = await two();
    await ok(run(script, { to: both }));
    const how = { how: script === "sendMessages" ? "sendMessage" : script };
    for (const player of [ada, grace]) {
      const [message] = await nextMessages(player, 1);
      expect(message).toMatchObject({ "@class": ".ScriptMessage", data: how, notification: true, ...reported });
    }
  });
});

describe("scripts of messages", () => {
  test("can read all recipients", async () => {
    const { ada, grace, both } = await two();
    await ok(ada.request("SendRequest", { to: both, extCode: "REPORTED" }));
    for (const player of [ada, grace]) {
      expect((await nextMessages(player, 1))[0]!.scriptData).toEqual({ global: both, user: 2 });
    }
    expect((await ok(ada.request(nameOf("playerIds")))).scriptData.it, "a script of no message").toEqual([]);
  });

  test("may send messages, but not in an endless chain", async () => {
    const { ada } = await two();
    app.log.length = 0;
    await ok(ada.request("SendRequest", { to: [ada.userId], extCode: "LOOP", data: { n: 0 } }));
    const got = await nextMessages(ada, 5);
    expect(got.map(({ data }) => data.n).sort()).toEqual([0, 1, 2, 3, 4]);
    await app.services.service(Messages).settled();
    expect(await leftover(ada)).toEqual([]);
    expect(app.log).toContainEqual(
      expect.objectContaining({
        script: "message-user/ScriptMessage_LOOP",
        failure: expect.objectContaining({
          message: expect.stringContaining("chain of message scripts that send messages with scripts is too long"),
        }),
      }),
    );
  });
});

describe("existing messages", () => {
  test("can be dismissed for any player", async () => {
    const { grace, run } = await two();
    await ok(run("gold"));
    const [{ messageId } = {}] = await nextMessages(grace, 1);
    expect((await ok(run("dismiss", { id: messageId }))).scriptData.it).toEqual([true, false, false]);
    expect(await app.kept(grace.userId)).toEqual([]);
  });

  test("can be dismissed by a player only if they are the player's", async () => {
    const { grace, run } = await two();
    await ok(run("gold"));
    const [{ messageId } = {}] = await nextMessages(grace, 1);
    expect((await ok(run("dismissOwn", { id: messageId }))).scriptData.it).toEqual([false, true]);
  });
});

describe("disconnect", () => {
  const terminated = { "@class": ".SessionTerminatedMessage", authToken: "0" };
  const isSignedOut = async (client: { request(name: string): Promise<AnyFrame> }) =>
    (await client.request("AccountDetailsRequest")).error !== undefined;

  test("signs the player out on every socket, including the script's", async () => {
    const { ada, run } = await two();
    const second = await app.player(`ada ${count}`);
    await ok(run("disconnect"));
    for (const client of [ada, second]) {
      expect(await nextMessages(client, 1)).toMatchObject([terminated]);
      expect(await isSignedOut(client)).toBe(true);
    }
  });

  test("leaves the script's own socket signed in if it is excluded", async () => {
    const { ada, run } = await two();
    const second = await app.player(`ada ${count}`);
    await ok(run("disconnectOthers"));
    expect(await nextMessages(second, 1)).toMatchObject([terminated]);
    expect(await isSignedOut(second)).toBe(true);
    expect(await isSignedOut(ada)).toBe(false);
    expect(await leftover(ada)).toEqual([]);
  });

  test("signs another player out without affecting the script's own", async () => {
    const { ada, grace, run } = await two();
    await ok(run("disconnectOther"));
    expect(await nextMessages(grace, 1)).toMatchObject([terminated]);
    expect(await isSignedOut(grace)).toBe(true);
    expect(await isSignedOut(ada)).toBe(false);
  });
});

test("a player is hidden on leaderboards and shown again, at once", async () => {
  const { run } = await two();
  expect((await ok(run("hide"))).scriptData.it).toEqual([false, true, false]);
});

test.each(REFUSED.map(([script, reported], index) => [script, reported, index] as const))(
  "%s: %s",
  async (_script, reported, index) => {
    const { grace, run } = await two();
    expect((await ok(run(`refused${index}`))).scriptData?.it).toContain(reported);
    expect(await leftover(grace)).toEqual([]);
  },
);
