import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import { API_KEY, SERVER_SECRET, startTestApp, type TestApp, testCredential, testGame } from "../support/app.ts";
import { type AnyFrame, TestClient } from "../support/client.ts";
import { count, countOf, gated, signIn, testRequest, withRequests } from "./support.ts";

const it_ =
  'function it(value) { Spark.setScriptData("it", value); } var me = Spark.getPlayer(), data = Spark.getData();';
const execute = (event: string) =>
  `var inner = new SparkRequests.LogEventRequest(); inner.eventKey = "${event}"; inner = inner.Execute();`;

const SCRIPTS: Record<string, string> = {
  // Consistency: each of these is logged as an event.
  "event/CREDIT": "Spark.setScriptData('before', Spark.getPlayer().getBalance1()); Spark.getPlayer().credit1(7);",
  "event/SUM": `${it_} me.credit1(5); ${execute("CREDIT")}
    it([inner.scriptData.before, me.getBalance1()]); me.credit1(1);`,
  "event/LOOK": `${it_} me.credit1(5); me.setScriptData("seen", "yes");
    var details = Spark.sendRequest({ "@class": ".AccountDetailsRequest" });
    it([details.currency1, details.scriptData.seen, details.userId === me.getPlayerId(), details.requestId]);`,
  "event/COUNT": `${it_} var n = me.getScriptData("n") || 0; me.setScriptData("n", n + 1);
    Spark.sendRequest({ "@class": ".CountRequest" }); it(me.getScriptData("n"));`,
  "event/OTHER": `${it_} var other = Spark.loadPlayer(data.other); other.credit1(3); me.debit1(3);
    var request = new SparkRequests.LogEventRequest(); request.eventKey = "CREDIT"; request.ExecuteAs(data.other);
    it([other.getBalance1(), Spark.loadPlayer(data.other) === other]);`,
  "event/FAILS": `${it_} me.credit1(5); Spark.sendRequest({ "@class": ".AccountDetailsRequest" }); me.credit1(5); null.x;`,
  "event/RENAMED": `${it_} var before = me.getDisplayName(); var change = new SparkRequests.ChangeUserDetailsRequest();
    change.displayName = "New"; var error = change.Send().error; it([before, me.getDisplayName(), error]);`,
  "event/DELETES": `${it_} var other = Spark.loadPlayer(data.other); other.getBalance1();
    Spark.sendRequest({ "@class": ".DeleteOtherRequest", other: data.other }); it(other.getUserName() !== null);`,
  "request/BothRequest": "Spark.getPlayer().credit1(2); Spark.loadPlayer(Spark.getData().other).credit1(20);",
  "event/BOTH": `${it_} me.credit1(3);
    var mine = Spark.sendRequest({ "@class": ".AccountDetailsRequest" }).currency1;
    it([mine, Spark.sendRequestAs({ "@class": ".AccountDetailsRequest" }, data.other).currency1, me.getBalance1()]);`,
  "event/SPENDS": `${it_} if (!me.debit1(10)) Spark.exit();
    Spark.sendRequest({ "@class": ".WaitRequest" }); me.debit1(10);`,

  // Which scripts run.
  "event/MARK": "Spark.getPlayer().setScriptData('mark', 'event'); Spark.setScriptData('ran', true);",
  "request/AccountDetailsRequest": "Spark.setScriptData('asked', true);",
  "response/AccountDetailsResponse": "Spark.setScriptData('answered', Spark.getData().scriptData);",

  // Whatever the test sends.
  "event/RUN": `${it_} it(eval(data.code));`,
  "request/RegistrationRequest": `${it_} var code = data.scriptData && data.scriptData.code; if (code) it(eval(code));`,

  // Locks.
  "event/LOCKED": `${it_} it(Spark.lockKey("shared", 60000)); Spark.runtimeCollection("locked").insert({});
    var other = Spark.loadPlayer(data.other); other.setScriptData("n", (other.getScriptData("n") || 0) + 1);`,
  "request/SlowRequest": 'Spark.lockKey("slow", 0); Spark.getPlayer().credit1(1);',
  "response/SlowResponse": 'Spark.lockKey("slow after", 0);',
  "event/LOCKS": `${it_} Spark.lockKey("mine", 0); ${execute("RELOCKS")} it([inner.scriptData, Spark.unlockKey("mine")]);`,
  "event/RELOCKS":
    "Spark.setScriptData('unlocked', Spark.unlockKey('mine')); Spark.setScriptData('locked', Spark.lockKey('mine', 0));",

  // Depth.
  "event/SELF": `Spark.setScriptData("below", Spark.getRemainingMilliseconds() > 0);
    ${execute("SELF")} Spark.setScriptData("inner", inner);`,
  "message-user/ScriptMessage": `var data = Spark.getData().data, me = Spark.getPlayer();
    if (data.credits) {
      me.credit1(2);
      Spark.setScriptData("seen", Spark.sendRequest({ "@class": ".AccountDetailsRequest" }).currency1);
      Spark.setScriptData("session", [Spark.getSessionId(), Spark.getCredentialType(), Spark.getClientIp()]);
      me.credit1(1);
    }`,
  "event/TALKS": "Spark.sendMessage({ hello: 'nested' }, Spark.getPlayer());",
};

let app: TestApp;
const wait = gated();
const prepared = { asked: Promise.withResolvers<void>(), goOn: Promise.withResolvers<void>() };
beforeAll(async () => {
  const embeddedScripts = Object.entries(SCRIPTS).map(([key, source]) => {
    const [type = "", shortCode = ""] = key.split("/");
    return { type, shortCode, source };
  });
  const deleteOther = testRequest({
    name: "DeleteOtherRequest",
    work: "write",
    fields: Type.Object({ other: Type.String() }),
    async handle({ documents }, request) {
      await accounts(documents).players.deleteOne({ _id: objectIdOf((request as AnyFrame)["other"]) });
      return { response: {} };
    },
  });
  const both = testRequest({
    name: "BothRequest",
    boundScript: () => ({ kind: "event", name: "BOTH" }),
    handle: async () => ({ response: {} }),
  });
  const slow = testRequest({
    name: "SlowRequest",
    work: "write",
    async prepare() {
      prepared.asked.resolve();
      await prepared.goOn.promise;
    },
    handle: async () => ({ response: {} }),
  });
  app = await startTestApp({
    config: { maxRequestDepth: 50 },
    game: testGame([testCredential("coppa", { coppaCompliant: true })], { embeddedScripts }),
    requests: withRequests(count, deleteOther, both, slow, wait.request),
  });
});
afterAll(() => app.discard());

const players = new Map<string, string>();
async function player(name: string): Promise<{ client: TestClient; id: string }> {
  const client = await app.client();
  const id = await signIn(client, name);
  players.set(name, id);
  return { client, id };
}
const event = (client: TestClient, eventKey: string, fields: Record<string, unknown> = {}) =>
  client.request("LogEventRequest", { eventKey, ...fields });
/** What a piece of script's value is, or its error. */
const run = async (client: TestClient, code: string) => {
  const { scriptData, error } = await event(client, "RUN", { code });
  expect(error).toBeUndefined();
  return scriptData?.it;
};
const stored = async (id: string) => {
  const store = app.services.stores.opened("preview")!;
  return (await accounts(store).players.findOne({ _id: objectIdOf(id as PlayerId) }))!;
};
const give = (id: string, amount: number) =>
  accounts(app.services.stores.opened("preview")!).players.updateOne(
    { _id: objectIdOf(id as PlayerId) },
    { $set: { "currencies.0": amount } },
  );

describe("a script and a request that it sends", () => {
  it("see each other's changes of players, and nothing is lost or doubled", async () => {
    const { client, id } = await player("sum");
    expect((await event(client, "SUM")).scriptData.it).toEqual([5, 12]);
    expect((await stored(id)).currencies[0]).toBe(13);
  });

  it("lose nothing if several such scripts of one player run concurrently", async () => {
    const { client, id } = await player("sums");
    const answers = await Promise.all(Array.from({ length: 6 }, () => event(client, "SUM")));
    expect(answers.map(({ error }) => error)).toEqual(answers.map(() => undefined));
    for (const { scriptData } of answers) expect(scriptData.it[1] - scriptData.it[0]).toBeGreaterThanOrEqual(7);
    expect((await stored(id)).currencies[0]).toBe(6 * 13);
  });

  it("are repeated if the script read before it wrote and another one was faster; the request is sent once", async () => {
    const { client, id } = await player("count");
    const answers = await Promise.all(Array.from({ length: 8 }, () => event(client, "COUNT")));
    expect(answers.map(({ error }) => error)).toEqual(answers.map(() => undefined));
    expect((await stored(id)).scriptData).toEqual({ n: 8 });
    expect(await countOf(app, id)).toBe(8);
  });

  it("include a plain request, which sees the script's changes", async () => {
    const { client, id } = await player("look");
    expect((await event(client, "LOOK")).scriptData.it).toEqual([5, "yes", true, null]);
    expect((await stored(id)).currencies[0]).toBe(5);
  });

  it("also see changes of players that the script loaded; their objects stay valid", async () => {
    const { client, id } = await player("giver");
    const other = await player("taker");
    await give(id, 10);
    expect((await event(client, "OTHER", { other: other.id })).scriptData.it).toEqual([10, true]);
    expect([(await stored(id)).currencies[0], (await stored(other.id)).currencies[0]]).toEqual([7, 10]);
  });

  it("also see changes by earlier scripts of the same request", async () => {
    const { client, id } = await player("both");
    const other = await player("both's other");
    const answer = await client.request("BothRequest", { other: other.id });
    expect(answer).toMatchObject({ scriptData: { it: [5, 20, 5] } });
    expect([(await stored(id)).currencies[0], (await stored(other.id)).currencies[0]]).toEqual([5, 20]);
  });

  it("names", async () => {
    const { client } = await player("renamed");
    expect((await event(client, "RENAMED")).scriptData.it).toEqual([null, "New", null]);
  });

  it("see the last known state of a player deleted in the meantime", async () => {
    const { client } = await player("deleter");
    const other = await player("deleted");
    expect((await event(client, "DELETES", { other: other.id })).scriptData.it).toBe(true);
  });

  it("keep what was written with the request if the script fails later; other changes are dropped", async () => {
    const { client, id } = await player("fails");
    expect((await event(client, "FAILS")).error).toMatchObject({ script: "ERROR" });
    expect((await stored(id)).currencies[0]).toBe(5);
  });

  it("do not deduct twice what is no longer available", async () => {
    const { client, id } = await player("spends");
    await give(id, 20);
    const answer = event(client, "SPENDS");
    await wait.until(1);
    await give(id, 5);
    wait.release();
    // The second debit is of what there is by now.
    expect((await answer).error).toBeUndefined();
    expect((await stored(id)).currencies[0]).toBe(5);
  });
});

const DETAILS = '{ "@class": ".AccountDetailsRequest" }';
const MARK = '{ "@class": ".LogEventRequest", eventKey: "MARK" }';
const make = (name: string, fields: string, send: string) => `var r = new SparkRequests.${name}(); ${fields} r.${send}`;

describe("the game's scripts for a request sent by a script", () => {
  it.each([
    ["Spark.sendRequest", `Spark.sendRequest(${DETAILS})`, undefined],
    ["Spark.sendRequestAs", `Spark.sendRequestAs(${DETAILS}, me.getPlayerId())`, undefined],
    ["Send", make("AccountDetailsRequest", "", "Send()"), undefined],
    ["SendAs", make("AccountDetailsRequest", "", "SendAs(me.getPlayerId())"), undefined],
    [
      "Spark.sendRequest of a request object",
      "Spark.sendRequest(new SparkRequests.AccountDetailsRequest())",
      undefined,
    ],
    ["Execute", make("AccountDetailsRequest", "", "Execute()"), { asked: true, answered: { asked: true } }],
    [
      "ExecuteAs",
      make("AccountDetailsRequest", "", "ExecuteAs(me.getPlayerId())"),
      { asked: true, answered: { asked: true } },
    ],
  ])("%s", async (_, code, scriptData) => {
    const { client, id } = await player("scripts");
    const response = await run(client, code);
    expect(response).toMatchObject({ "@class": ".AccountDetailsResponse", userId: id });
    expect(response.scriptData).toEqual(scriptData);
  });

  it.each([
    ["Spark.sendRequest", `Spark.sendRequest(${MARK}).scriptData`, undefined],
    ["Send", make("LogEventRequest", "r.eventKey = 'MARK';", "Send().scriptData"), undefined],
    ["Spark.logEvent", "Spark.logEvent('MARK', { A: 1 })", undefined],
    ["Execute", make("LogEventRequest", "r.eventKey = 'MARK';", "Execute().scriptData"), { ran: true }],
  ])("include an event's script: %s", async (way, code, scriptData) => {
    const { client, id } = await player(`mark by ${way}`);
    expect(await run(client, code)).toEqual(scriptData ?? null);
    expect((await stored(id)).scriptData).toEqual(scriptData ? { mark: "event" } : {});
  });

  it("scriptData is sent along", async () => {
    const { client } = await player("script data");
    const code = `"data.scriptData.value"`;
    const fields = `r.userName = "along"; r.password = "b"; r.displayName = "c"; r.scriptData = { code: ${code}, value: 7 };`;
    expect(await run(client, make("RegistrationRequest", fields, "Execute().scriptData"))).toEqual({ it: 7 });
  });
});

describe("a script is notified", () => {
  const caught = (code: string) => `try { ${code}; "nothing" } catch (e) { [e instanceof Error, e.message] }`;

  it("of a refusal, in the response as a client would get it", async () => {
    const { client } = await player("refused");
    const code = 'Spark.sendRequest({ "@class": ".AuthenticationRequest", userName: "nobody", password: "x" })';
    expect(await run(client, code)).toEqual({
      "@class": ".AuthenticationResponse",
      error: { DETAILS: "UNRECOGNISED" },
    });
  });

  it("and gets no requestId back", async () => {
    const { client, id } = await player("durable");
    const code = 'Spark.sendRequest({ "@class": ".CountRequest", requestId: "d_1" })';
    expect(await run(client, code)).toEqual({ "@class": ".CountResponse", count: 1 });
    expect(await run(client, code)).toEqual({ "@class": ".CountResponse", count: 2 });
    expect(await countOf(app, id)).toBe(2);
  });

  it.each([
    [
      "a request that this server does not support",
      make("MatchmakingRequest", "", "Send()"),
      "no request MatchmakingRequest",
    ],
    ["an unknown request", 'Spark.sendRequest({ "@class": "ConquerRequest" })', "no request ConquerRequest"],
    ["no class", "Spark.sendRequest({})", "must have a class"],
    ["no such player", `Spark.sendRequestAs(${DETAILS}, "5f00000000000000000000ff")`, "does not exist"],
    ["no id", `Spark.sendRequestAs(${DETAILS}, "me")`, "does not exist"],
    [
      "a request that is nested too deep",
      "var deep = {}; for (var i = 0; i < 60; i++) deep = { deep: deep }; Spark.sendRequest({ '@class': 'LogEventRequest', deep: deep })",
      "levels deep",
    ],
  ])("of %s, by an error", async (_, code, message) => {
    const { client } = await player("heard");
    expect(await run(client, caught(code))).toEqual([true, expect.stringContaining(message)]);
  });

  it("if the request needs a player and it has none", async () => {
    const client = await app.client();
    const registration = { userName: "heard", password: "b", displayName: "c" };
    const send = (code: string) =>
      client.request("RegistrationRequest", { ...registration, scriptData: { code: caught(code) } });
    expect((await send(`Spark.sendRequest(${DETAILS})`)).scriptData.it).toEqual([
      true,
      expect.stringContaining("AccountDetailsRequest needs a player"),
    ]);
  });

  it("of a refused logEvent, by the log", async () => {
    const { client } = await player("log event");
    await run(client, "Spark.logEvent('NOSUCH', { A: 1 })");
    expect(app.log.find(({ scriptLog }) => String(scriptLog).includes("NOSUCH"))).toMatchObject({
      level: 40,
      scriptLog: expect.stringContaining('{"eventKey":"UNKNOWN"'),
    });
  });
});

describe("sessions", () => {
  const login = (name: string) =>
    `Spark.sendRequest({ "@class": ".DeviceAuthenticationRequest", deviceId: "${name}", deviceOS: "IOS" })`;

  it("a script that signs in a player does not change the socket's session", async () => {
    const { client, id } = await player("stays");
    const other = await player("signed in by a script");
    expect(await run(client, login("signed in by a script"))).toMatchObject({
      userId: other.id,
      authToken: expect.any(String),
    });
    expect((await client.request("AccountDetailsRequest")).userId).toBe(id);
  });

  it("a script without a player can sign one in and act as that player", async () => {
    const client = await app.client();
    const { id } = await player("by callback");
    const code = `var who = ${login("by callback")}.userId; Spark.sendRequestAs(${DETAILS}, who).userId`;
    const registration = { userName: "by callback", password: "b", displayName: "c", scriptData: { code } };
    expect((await client.request("RegistrationRequest", registration)).scriptData.it).toBe(id);
  });

  it("a script that ends the session does not change the socket's session", async () => {
    const { client } = await player("ends");
    app.clock.advance(1_000);
    const ended = await run(client, 'Spark.sendRequest({ "@class": ".EndSessionRequest" }).sessionDuration');
    expect(ended).toBe(1);
    expect(await run(client, "Spark.getSessionId()")).toBe(client.sessionId);
    expect((await client.request("EndSessionRequest")).sessionDuration).toBe(ended);
  });

  const SESSION = "[Spark.getSessionId(), Spark.credentialType, Spark.getClientIp()]";

  it("scripts know their connection", async () => {
    const { client } = await player("connection");
    expect(await run(client, SESSION)).toEqual([client.sessionId, "device", "127.0.0.1"]);
    expect(await run(client, "[Spark.sessionId, Spark.clientIp]")).toEqual([client.sessionId, "127.0.0.1"]);
  });

  it("scripts of requests that they send do too, but not the session of another player", async () => {
    const { client } = await player("nested connection");
    const other = await player("nested other");
    const nested = (send: string) =>
      run(
        client,
        `var r = new SparkRequests.LogEventRequest(); r.eventKey = "RUN"; r.code = "${SESSION}"; r.${send}.scriptData.it`,
      );
    expect(await nested("Execute()")).toEqual([client.sessionId, "device", "127.0.0.1"]);
    expect(await nested(`ExecuteAs("${other.id}")`)).toEqual([null, "device", "127.0.0.1"]);
  });

  it("a server's connection has no session of any player", async () => {
    const { id } = await player("of a server");
    const server = await TestClient.connect(app.socketUrl("server"), { secret: SERVER_SECRET });
    const { scriptData } = await event(server, "RUN", { code: SESSION, playerId: id });
    expect(scriptData.it).toEqual([null, "server", "127.0.0.1"]);
    server.socket.terminate();
  });

  it("REST has an address and no session; forged headers are ignored", async () => {
    const { id } = await player("of REST");
    const response = await fetch(`${app.httpUrl}/rs/server/${encodeURIComponent(SERVER_SECRET)}/LogEventRequest`, {
      method: "POST",
      headers: { "X-Forwarded-For": "192.0.2.1" },
      body: JSON.stringify({ eventKey: "RUN", code: SESSION, playerId: id }),
    });
    expect(((await response.json()) as AnyFrame).scriptData.it).toEqual([null, "server", "127.0.0.1"]);
  });

  it("if a connection must not connect social accounts, neither may its scripts", async () => {
    const client = await TestClient.connect(`${app.url}/ws/coppa/${API_KEY}`, { secret: "coppa secret" });
    await signIn(client, "coppa");
    const code = 'Spark.sendRequest({ "@class": ".FacebookConnectRequest", accessToken: "x" }).error';
    expect(await run(client, code)).toEqual({ authentication: "COPPA restricted" });
    client.socket.terminate();
  });
});

describe("locks", () => {
  it("are held until the script's changes are written", async () => {
    const { client, id } = await player("slow");
    const tries = '[Spark.lockKey("slow", 0), Spark.lockKey("slow after", 0)]';
    const answer = client.request("SlowRequest");
    await prepared.asked.promise;
    expect(await run((await player("quick")).client, tries)).toEqual([false, true]);
    expect((await stored(id)).currencies[0]).toBe(0);
    prepared.goOn.resolve();
    expect((await answer).error).toBeUndefined();
    expect((await stored(id)).currencies[0]).toBe(1);
    expect(await run((await player("quick")).client, tries)).toEqual([true, true]);
  });

  it("let scripts of many players change one player", async () => {
    const other = await player("locked by all");
    const all = await Promise.all(Array.from({ length: 6 }, (_, n) => player(`locks ${n}`)));
    const answers = await Promise.all(all.map(({ client }) => event(client, "LOCKED", { other: other.id })));
    expect(answers.map(({ scriptData }) => scriptData?.it)).toEqual(all.map(() => true));
    expect((await stored(other.id)).scriptData).toEqual({ n: 6 });
  });

  it("are shared with scripts of requests that the script sends, which only release their own", async () => {
    const { client } = await player("shares");
    const { scriptData } = await event(client, "LOCKS");
    expect(scriptData.it).toEqual([{ unlocked: false, locked: true }, true]);
  });
});

describe("depth", () => {
  it("an event that executes itself is limited, and each script continues", async () => {
    const { client } = await player("self");
    const answer = await event(client, "SELF");
    let depth = 0;
    let level = answer;
    for (; level.scriptData?.inner; level = level.scriptData.inner) depth++;
    expect(depth).toBe(4);
    expect(level.error).toMatchObject({ script: "ERROR", detail: expect.stringContaining("event/SELF") });
    expect(answer.error).toBeUndefined();
    const failed = app.log.find(({ failure }) => String((failure as AnyFrame)?.message).includes("execute itself"));
    expect(failed).toMatchObject({ script: "event/SELF", failure: { kind: "error" } });
  });

  it("messages of nested scripts are sent", async () => {
    const { client } = await player("talks");
    await run(client, make("LogEventRequest", "r.eventKey = 'TALKS';", "Execute().error"));
    expect(await client.next((frame) => frame["@class"] === ".ScriptMessage")).toMatchObject({
      data: { hello: "nested" },
    });
  });

  it("a message's script sends requests as the recipient", async () => {
    const { client, id } = await player("message");
    await run(client, "Spark.sendMessage({ credits: true }, me)");
    const { scriptData } = await client.next((frame) => frame["@class"] === ".ScriptMessage");
    expect(scriptData).toEqual({ seen: 2, session: [null, null, null] });
    expect((await stored(id)).currencies[0]).toBe(3);
  });
});
