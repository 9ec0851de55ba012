import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hooked } from "../../../src/apis/hooked/index.ts";
import { parseKey, revokeKey, suspendOrganization, switchOff } from "../../../src/domains/social/index.ts";
import { startApisApp } from "../../support/apis.ts";
import { type HookedApp, startHookedApp } from "./support.ts";

let world: HookedApp;
beforeAll(async () => {
  world = await startHookedApp();
});
afterAll(() => world.app.discard());

const at = () => ({ by: { door: "command line" as const }, now: world.app.clock.now() });
const LIST = "/v1/integration/list";

describe.each(hooked.routes)("$name", ({ method, path, scope, body: schema }) => {
  const url = path.replace(/:\w+/, "int_youtube_1");
  const body = Object.keys(schema["properties"]).length > 0 ? {} : undefined;
  const call = (sent: { key?: string; headers?: Record<string, string> }) =>
    world.hooked(method, url, { body, ...sent });

  it.each([
    ["no key", ""],
    ["a text that is no key", "k"],
    ["another's secret", `lp_test_${"a".repeat(16)}_${"a".repeat(43)}`],
  ])("refuses %s", async (_, key) => {
    expect(await call({ key })).toMatchObject({
      status: 401,
      body: { code: "unauthorized", message: expect.any(String), details: {} },
    });
  });

  it("refuses a key of another stage, and one in another header", async () => {
    expect((await call({ key: world.mine.key.replace("lp_test", "lp_live") })).status).toBe(401);
    const elsewhere = { key: "", headers: { authorization: `Bearer ${world.mine.key}` } };
    expect((await call(elsewhere)).status).toBe(401);
  });

  it("refuses a key without its scope", async () => {
    const others = (["social:read", "social:write", "publish:read", "publish:write", "org:admin"] as const).filter(
      (each) => each !== scope,
    );
    expect(await call({ key: await world.keyOf(world.mine, ...others) })).toMatchObject({
      status: 403,
      body: { code: "forbidden", details: { required_scope: scope } },
    });
  });

  it("is served below each prefix", async () => {
    const statuses = await Promise.all(
      hooked.prefixes.map(async (prefix) => (await world.hooked(method, `${prefix}${url}`, { body })).status),
    );
    const expected = (await call({})).status;
    expect(statuses).toEqual(Array(4).fill(expected));
  });
});

it("a key that was revoked gets 401, one that was killed 503", async () => {
  const [revoked, killed] = [await world.keyOf(world.mine, "*"), await world.keyOf(world.mine, "*")];
  await world.store.transaction((tx) => revokeKey(tx, parseKey(revoked)!.id, at()));
  await world.store.transaction((tx) => revokeKey(tx, parseKey(killed)!.id, { ...at(), kill: true }));
  expect((await world.hooked("GET", LIST, { key: revoked })).status).toBe(401);
  expect(await world.hooked("GET", LIST, { key: killed })).toMatchObject({
    status: 503,
    body: { code: "kill_switch", details: { scope: "key" } },
  });
});

it("says which switch stops it", async () => {
  const tenant = await world.tenant("Stopped");
  const list = () => world.hooked("GET", LIST, { key: tenant.key });
  const stopped = (scope: string) => ({ status: 503, body: { code: "kill_switch", details: { scope } } });
  const { _id } = tenant.organization;
  await world.store.transaction((tx) => suspendOrganization(tx, _id, true, at()));
  expect(await list()).toMatchObject(stopped("organization"));
  await world.store.transaction((tx) => switchOff(tx, true, at()));
  expect(await list()).toMatchObject(stopped("global"));
  await world.store.transaction((tx) => switchOff(tx, false, at()));
  await world.store.transaction((tx) => suspendOrganization(tx, _id, false, at()));
  expect((await list()).status).toBe(200);
});

it.each([
  ["a body that is not JSON", "{", {}, 400, "invalid_request"],
  ["a body of another type", "a=1", { "content-type": "text/plain" }, 415, "invalid_request"],
  ["a body that is too large", `{"url":"${"x".repeat(300_000)}"}`, {}, 413, "invalid_request"],
  ["a list as body", "[]", {}, 400, "invalid_request"],
])("refuses %s", async (_, body, headers, status, code) => {
  const sent = { body, headers: headers as Record<string, string> };
  const refused = await world.hooked("POST", "/v1/video", sent);
  expect(refused).toMatchObject({ status, body: { code, message: expect.any(String), details: expect.any(Object) } });
});

it.each(["/hooked", "/hooked/", "/hooked/v1/nothing", "/hooked/api/v1/integration"])(
  "refuses the unknown path %s in its envelope",
  async (path) => {
    expect(await world.hooked("GET", path)).toMatchObject({ status: 404, body: { code: "not_found", details: {} } });
  },
);

it("says when a key has used its budget up", async () => {
  const slow = await startApisApp({ config: { apiReadsPerMinute: 2 } });
  const list = () => slow.send("GET", LIST, { headers: { "x-api-key": slow.mine.key } });
  expect([(await list()).status, (await list()).status]).toEqual([200, 200]);
  const refused = await list();
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited", details: { retry_after: 30 } } });
  expect(refused.headers.get("retry-after")).toBe("30");
  await slow.app.discard();
});
