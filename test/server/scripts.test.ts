import { afterEach, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { count, countOf, signIn, withRequests } from "./support.ts";

let app: TestApp;
let scripts: ReturnType<typeof fakeScripts>;
const start = async (given: Parameters<typeof fakeScripts>[0]) => {
  scripts = fakeScripts(given);
  app = await startTestApp({ cloudCode: scripts, requests: withRequests(count) });
  const client = await app.client();
  const player = await signIn(client);
  scripts.runs.length = 0;
  return { client, player };
};
afterEach(() => app.discard());

const ran = () => scripts.runs.map((r) => `${r.kind}/${r.name}`);
const scriptDataOf = async (player: string) => {
  const { readScriptPlayer } = await import("../../src/domains/accounts/script-view.ts");
  return (await readScriptPlayer(app.services.stores.opened("preview")!, player as never))?.scriptData;
};

it("a request script runs before the work and a response script after it, each with the right data", async () => {
  const { client, player } = await start({
    "request/CountRequest": (run) => ({
      scriptData: { fromRequest: (run.data.scriptData as { a: number }).a },
      playerChanges: { scriptData: { set: { visits: 1 }, removed: [] } },
    }),
    "response/CountResponse": (run) => ({
      scriptData: { ...run.scriptData, fromResponse: run.data.count },
      playerChanges: { scriptData: { set: { answers: 1 }, removed: [] } },
    }),
  });
  expect(await client.request("CountRequest", { scriptData: { a: 7 } })).toEqual({
    "@class": ".CountResponse",
    requestId: expect.any(String),
    count: 1,
    scriptData: { fromRequest: 7, fromResponse: 1 },
  });
  expect(ran()).toEqual(["request/CountRequest", "response/CountResponse"]);
  const [request, response] = scripts.runs;
  expect(request).toMatchObject({
    data: { "@class": ".CountRequest", scriptData: { a: 7 } },
    player: { playerId: player, scriptData: {} },
    scriptData: {},
    stage: "preview",
  });
  expect(response).toMatchObject({
    data: { "@class": ".CountResponse", count: 1, scriptData: { fromRequest: 7 } },
    player: { playerId: player, scriptData: { visits: 1 } },
  });
  expect(await scriptDataOf(player)).toEqual({ visits: 1, answers: 1 });
});

it("the client's own script data is not echoed", async () => {
  const { client } = await start({});
  expect(await client.request("CountRequest", { scriptData: { a: 7 } })).not.toHaveProperty("scriptData");
});

it("a script error refuses the request; its changes are kept and the response script runs", async () => {
  const { client, player } = await start({
    "request/CountRequest": () => ({
      scriptErrors: { SCORE: "TOO_LOW" },
      scriptData: { hint: "train" },
      playerChanges: { scriptData: { set: { refused: 1 }, removed: [] } },
    }),
    "response/CountResponse": (run) => ({ scriptData: { ...run.scriptData, saw: run.data.error } }),
  });
  expect(await client.request("CountRequest")).toEqual({
    "@class": ".CountResponse",
    requestId: expect.any(String),
    scriptData: { hint: "train", saw: { SCORE: "TOO_LOW" } },
    error: { SCORE: "TOO_LOW" },
  });
  expect(scripts.runs[1]!.scriptErrors).toEqual({ SCORE: "TOO_LOW" });
  expect(await countOf(app, player)).toBe(0);
  expect(await scriptDataOf(player)).toEqual({ refused: 1 });
});

it("the response script sees a refusal by the work; the request script's changes are kept", async () => {
  const { client, player } = await start({
    "request/CountRequest": () => ({ playerChanges: { scriptData: { set: { tries: 1 }, removed: [] } } }),
    "response/CountResponse": (run) => ({
      scriptData: { saw: run.data.error },
      scriptErrors: { ...run.scriptErrors, ALSO: "THIS" },
    }),
  });
  expect(await client.request("CountRequest", { afterwards: "refuse" })).toMatchObject({
    count: 1,
    scriptData: { saw: { COUNT: "REFUSED" } },
    error: { COUNT: "REFUSED", ALSO: "THIS" },
  });
  expect(await countOf(app, player)).toBe(0);
  expect(await scriptDataOf(player)).toEqual({ tries: 1 });
});

it("no script runs if the platform refuses the request", async () => {
  const { client } = await start({
    "request/CountRequest": () => ({}),
    "response/CountResponse": () => ({}),
    "request/DeviceAuthenticationRequest": () => ({}),
  });
  await client.request("CountRequest", { afterwards: {} });
  await client.request("DeviceAuthenticationRequest");
  await (await app.client()).request("CountRequest");
  expect(ran()).toEqual([]);
});

it("the response script of a login sees the player who logged in", async () => {
  const { client } = await start({ "response/AuthenticationResponse": () => ({ scriptData: { hello: 1 } }) });
  const response = await client.request("DeviceAuthenticationRequest", { deviceId: "other", deviceOS: "IOS" });
  expect(response).toMatchObject({ scriptData: { hello: 1 }, authToken: expect.any(String) });
  expect(scripts.runs[0]!.player).toMatchObject({ playerId: response.userId });
});

it("a request script without a player has none", async () => {
  const { client } = await start({ "request/RegistrationRequest": () => ({ scriptErrors: { CLOSED: "TODAY" } }) });
  const other = await app.client();
  expect(await other.request("RegistrationRequest", { userName: "a", password: "b", displayName: "c" })).toMatchObject({
    "@class": ".RegistrationResponse",
    error: { CLOSED: "TODAY" },
  });
  expect(scripts.runs[0]!.player).toBeNull();
  await client.close();
});

it.each(["request", "response"] as const)(
  "a %s script that fails is an error with its position, not its text",
  async (kind) => {
    const name = kind === "request" ? "CountRequest" : "CountResponse";
    const { client, player } = await start({
      [`${kind}/${name}`]: () => ({
        playerChanges: { scriptData: { set: { half: 1 }, removed: [] } },
        failure: { kind: "error", message: "hunter2 is not defined", file: `${kind}/${name}.js`, line: 12, column: 3 },
      }),
    });
    const response = await client.request("CountRequest");
    expect(response.error).toEqual({ script: "ERROR", detail: expect.stringContaining(`${kind}/${name}.js, line 12`) });
    expect(JSON.stringify(response)).not.toContain("hunter2");
    expect(await countOf(app, player)).toBe(kind === "request" ? 0 : 1);
    expect(await scriptDataOf(player)).toEqual({});
    const line = app.log.find((l) => l.failure);
    expect(line).toMatchObject({ script: `${kind}/${name}`, failure: { message: "hunter2 is not defined", line: 12 } });
    expect(response.error.detail).toContain(line!.runId);
  },
);

it("the response script does not run after a failed request script", async () => {
  const { client } = await start({
    "request/CountRequest": () => ({ failure: { kind: "timeout", message: "too long" } }),
    "response/CountResponse": () => ({}),
  });
  expect(await client.request("CountRequest")).toMatchObject({ error: { script: "TIMEOUT" } });
  expect(ran()).toEqual(["request/CountRequest"]);
});

it("log lines of a script are in the server's log, and its run is in the metrics", async () => {
  const { client, player } = await start({
    "request/CountRequest": () => ({
      log: [
        { level: "warn", message: { low: true } },
        { level: "info", message: "hm" },
      ],
    }),
  });
  await client.request("CountRequest");
  const about = { script: "request/CountRequest", player, stage: "preview", runId: expect.any(String) };
  expect(app.log).toContainEqual(expect.objectContaining({ ...about, level: 40, scriptLog: { low: true } }));
  expect(app.log).toContainEqual(expect.objectContaining({ ...about, level: 30, scriptLog: "hm" }));
  const metrics = await (await fetch(`${app.httpUrl}/metrics`)).text();
  expect(metrics).toContain('rekindle_script_runs_total{script="request/CountRequest",outcome="ok"} 1');
});
