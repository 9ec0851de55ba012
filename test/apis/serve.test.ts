import { Agent, request as sendRaw } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseKey, revokeKey, social, suspendOrganization, switchOff } from "../../src/domains/social/index.ts";
import { type ApisApp, startApisApp } from "../support/apis.ts";

const WHOAMI = "/v1/whoami";
const by = { door: "command line" } as const;

let world: ApisApp;
afterEach(() => world.discard());

/** Sends calls one after the other over one connection. */
async function overOneConnection(keys: readonly string[], path = WHOAMI): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: number[] = [];
  for (const key of keys) {
    const headers = { authorization: `Bearer ${key}` };
    statuses.push(
      await new Promise<number>((resolve, reject) => {
        const request = sendRaw(`${world.app.httpUrl}${path}`, { agent, headers }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode!));
        });
        request.on("error", reject).end();
      }),
    );
  }
  agent.destroy();
  return statuses;
}

describe("the rate of a connection", () => {
  beforeEach(async () => {
    world = await startApisApp({ config: { requestsPerSecond: 1, requestBurst: 5 } });
  });

  it("does not limit a back office that sends its calls over one connection", async () => {
    const statuses = await overOneConnection(Array.from({ length: 40 }, () => world.mine.key));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("limits a connection that guesses keys, and then a right one on it too", async () => {
    const wrong = Array.from({ length: 10 }, (_, i) => `lp_test_${"a".repeat(16)}_${String(i).repeat(43)}`);
    const statuses = await overOneConnection([...wrong, world.mine.key]);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.slice(5)).toEqual([429, 429, 429, 429, 429, 429]);
  });

  it("limits the reference too", async () => {
    const statuses = await overOneConnection(
      Array.from({ length: 8 }, () => ""),
      "/layers/docs",
    );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(1);
  });
});

describe("the budgets of a key", () => {
  beforeEach(async () => {
    world = await startApisApp({ config: { apiReadsPerMinute: 3, apiWritesPerMinute: 2 } });
  });

  it("are counted for reads and writes, and for each key alone", async () => {
    const { mine, theirs, send } = world;
    const read = (key: string) => send("GET", WHOAMI, { key });
    const write = (key: string) => send("POST", "/v1/projects", { key, body: { name: "One more" } });
    for (const left of ["2", "1", "0"]) {
      const { status, headers } = await read(mine.key);
      expect([status, headers.get("x-ratelimit-limit"), headers.get("x-ratelimit-remaining")]).toEqual([
        200,
        "3",
        left,
      ]);
      expect(headers.get("x-ratelimit-endpoint-class")).toBe("read-light");
    }
    const refused = await read(mine.key);
    expect(refused.status).toBe(429);
    expect(refused.body.error.code).toBe("RATE_LIMITED");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect([(await write(mine.key)).status, (await write(mine.key)).status]).toEqual([201, 201]);
    const tooMany = await write(mine.key);
    expect([tooMany.status, tooMany.headers.get("x-ratelimit-endpoint-class")]).toEqual([429, "write-light"]);
    expect((await read(theirs.key)).status).toBe(200);
  });

  it("cover refusals, those of a killed key included", async () => {
    const { mine, store, app, send } = world;
    const now = app.clock.now();
    await store.transaction((tx) => revokeKey(tx, parseKey(mine.key)!.id, { by, now, kill: true }));
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await send("GET", WHOAMI, { key: mine.key })).status);
    expect(statuses).toEqual([503, 503, 503, 429, 429]);
  });
});

describe("a key", () => {
  beforeEach(async () => {
    world = await startApisApp();
  });
  const refusal = async (key: string) => {
    const { status, body } = await world.send("GET", WHOAMI, { key });
    return [status, body.error.code, body.error.details?.scope];
  };
  const change = (work: Parameters<ApisApp["store"]["transaction"]>[0]) => world.store.transaction(work);

  it.each([
    ["of another form", () => "key"],
    ["with another secret", () => `${world.mine.key.slice(0, -3)}abc`],
    ["of the other stage", () => world.mine.key.replace("lp_test_", "lp_live_")],
    ["with an unknown id", () => world.mine.key.replace(parseKey(world.mine.key)!.id, "a".repeat(16))],
  ])("%s is refused", async (_, key) => {
    expect(await refusal(key())).toEqual([401, "UNAUTHENTICATED", undefined]);
  });

  it("that was revoked is refused; one that was killed says so", async () => {
    const now = world.app.clock.now();
    const revoked = await world.keyOf(world.mine, "*");
    const killed = await world.keyOf(world.mine, "*");
    await change((tx) => revokeKey(tx, parseKey(revoked)!.id, { by, now }));
    await change((tx) => revokeKey(tx, parseKey(killed)!.id, { by, now, kill: true }));
    expect(await refusal(revoked)).toEqual([401, "UNAUTHENTICATED", undefined]);
    expect(await refusal(killed)).toEqual([503, "KILL_SWITCH", "key"]);
  });

  it("of a suspended organization is refused, and with all others while the API is off", async () => {
    const now = world.app.clock.now();
    await change((tx) => suspendOrganization(tx, world.mine.organization._id, true, { by, now }));
    expect(await refusal(world.mine.key)).toEqual([503, "KILL_SWITCH", "organization"]);
    expect((await world.send("GET", WHOAMI, { key: world.theirs.key })).status).toBe(200);
    await change((tx) => switchOff(tx, true, { by, now }));
    expect(await refusal(world.mine.key)).toEqual([503, "KILL_SWITCH", "global"]);
    expect(await refusal(world.theirs.key)).toEqual([503, "KILL_SWITCH", "global"]);
    await change((tx) => switchOff(tx, false, { by, now }));
    expect((await world.send("GET", WHOAMI, { key: world.theirs.key })).status).toBe(200);
  });

  it("without scopes may do nothing that needs one", async () => {
    const key = await world.keyOf(world.mine);
    const { status, body } = await world.send("GET", `/v1/projects/${world.mine.project._id}/social-accounts`, { key });
    expect([status, body.error.code, body.error.details]).toEqual([
      403,
      "FORBIDDEN_SCOPE",
      { requiredScope: "social:read" },
    ]);
  });
});

describe("Idempotency-Key", () => {
  beforeEach(async () => {
    world = await startApisApp();
  });
  const create = (body: unknown, key: string, more: Record<string, string> = {}, path = "/v1/projects") =>
    world.send("POST", path, { key: world.mine.key, body, headers: { "idempotency-key": key, ...more } });
  const projects = () => social(world.store).projects.countDocuments({ organizationId: world.mine.organization._id });

  it("gets the first response again, at the other path and with other spaces too", async () => {
    const before = await projects();
    const first = await create({ name: "Once" }, "k1");
    const again = await create('{ "name":  "Once" }', "k1", {}, "/layers/v1/projects");
    expect(first.status).toBe(201);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(await projects()).toBe(before + 1);
  });

  it("is refused with another body, another path, or for another organization", async () => {
    const child = await world.tenant("Child", world.mine);
    await create({ name: "Once" }, "k1");
    const conflicts = await Promise.all([
      create({ name: "Twice" }, "k1"),
      create({ name: "Once" }, "k1", {}, "/v1/organizations"),
      create({ name: "Once" }, "k1", { "x-layers-organization": child.organization._id }),
    ]);
    for (const { status, body } of conflicts) expect([status, body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  it("of another API key, or after 24 hours, is another one", async () => {
    const first = await create({ name: "Once" }, "k1");
    const other = { key: world.theirs.key, body: { name: "Other" }, headers: { "idempotency-key": "k1" } };
    expect((await world.send("POST", "/v1/projects", other)).status).toBe(201);
    world.app.clock.advance(86_400_000);
    const later = await create({ name: "Later" }, "k1");
    expect(later.status).toBe(201);
    expect(later.body.projectId).not.toBe(first.body.projectId);
  });

  it("lets one of many simultaneous twins do the work", async () => {
    const before = await projects();
    const twins = await Promise.all(Array.from({ length: 10 }, () => create({ name: "Once" }, "k1")));
    expect(new Set(twins.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(twins.map(({ body }) => body.projectId)).size).toBe(1);
    expect(await projects()).toBe(before + 1);
  });

  it("of a refused request can be used again", async () => {
    expect((await create({ name: "" }, "k1")).status).toBe(422);
    expect((await create({ name: "Once" }, "k1")).status).toBe(201);
  });

  it.each([
    ["empty", ""],
    ["long", "x".repeat(256)],
  ])("that is %s is refused", async (_, key) => {
    const { status, body } = await create({ name: "Once" }, key);
    expect([status, body.error.details.issues[0].path]).toEqual([422, "idempotency-key"]);
  });
});
