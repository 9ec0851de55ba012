import { request as sendRaw } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { layers } from "../../../src/apis/layers/index.ts";
import { parseKey, revokeKey, type Scope } from "../../../src/domains/social/index.ts";
import { requestOf } from "../../support/api-examples.ts";
import { type ApisApp, startApisApp } from "../../support/apis.ts";
import { layersArrangements } from "./arrangements.ts";
import { issues, refusal } from "./support.ts";

let world: ApisApp;
beforeEach(async () => {
  world = await startApisApp();
});
afterEach(() => world.discard());

const call = (method: string, path: string, body?: unknown, more = {}) =>
  world.send(method, path, { key: world.mine.key, ...(body !== undefined && { body }), ...more });

describe("scopes", () => {
  it("each route needs its own and no other", async () => {
    for (const route of layers.routes) {
      const { scope } = route;
      if (scope === undefined) continue;
      const [example] = route.examples;
      const all: readonly Scope[] = [
        "social:read",
        "social:write",
        "publish:read",
        "publish:write",
        "leased:write",
        "org:admin",
      ];
      const others = await world.keyOf(world.mine, ...all.filter((each) => each !== scope));
      const own = await world.keyOf(world.mine, scope);
      const arranged = await layersArrangements[route.name]!(world, example!);
      for (const [key, isRefused] of [
        [others, true],
        [own, false],
      ] as const) {
        const { method, path, ...sent } = requestOf(layers, route, example!, { ...arranged, key }, "");
        const { status, body } = await world.send(method, path, sent);
        if (isRefused)
          expect([route.name, status, body.error?.details]).toEqual([route.name, 403, { requiredScope: scope }]);
        // Only the key that created the URL can read its status.
        else
          expect([route.name, status]).toEqual([route.name, route.name === "getOauthStatus" ? 404 : example!.status]);
      }
    }
  });
});

describe("whoami", () => {
  it("shows the key, its organization and the parent", async () => {
    const child = await world.tenant("Child", world.mine);
    const key = await world.keyOf(child, "social:read");
    const { body } = await world.send("GET", "/v1/whoami", { key });
    expect(body).toEqual({
      organizationId: child.organization._id,
      workspaceId: child.organization._id,
      organizationName: "Child",
      parentOrganizationId: world.mine.organization._id,
      projectId: child.project._id,
      scopes: ["social:read"],
      rateLimitTier: "standard",
      apiKeyId: parseKey(key)!.id,
    });
    expect(JSON.stringify(body)).not.toContain(parseKey(key)!.secret);
  });
});

describe("X-Layers-Organization", () => {
  const actFor = (id: string, key = world.mine.key) =>
    world.send("GET", "/v1/whoami", { key, headers: { "x-layers-organization": id } });

  it("acts for a child, suspended or not, and for nobody else", async () => {
    const child = await world.tenant("Child", world.mine);
    const id = child.organization._id;
    expect((await actFor(id)).body.organizationId).toBe(id);
    await call("POST", `/v1/organizations/${id}/suspend`);
    expect((await actFor(id)).body.organizationId).toBe(id);
    expect((await actFor(world.mine.organization._id)).status).toBe(200);
    expect((await actFor(world.theirs.organization._id)).status).toBe(404);
    expect((await actFor("org_nothing")).status).toBe(404);
    expect((await actFor(world.mine.organization._id, child.key)).status).toBe(503);
  });

  it("needs org:admin, and a child cannot act for its parent", async () => {
    const child = await world.tenant("Child", world.mine);
    const key = await world.keyOf(world.mine, "social:read");
    expect(refusal(await actFor(child.organization._id, key))).toEqual([
      403,
      "FORBIDDEN_SCOPE",
      { requiredScope: "org:admin" },
    ]);
    expect((await actFor(world.mine.organization._id, child.key)).status).toBe(404);
  });

  it("is refused if it was sent twice", async () => {
    const child = await world.tenant("Child", world.mine);
    const twice = [child.organization._id, child.organization._id];
    const headers = { authorization: `Bearer ${world.mine.key}`, "x-layers-organization": twice };
    const status = await new Promise((resolve, reject) => {
      const sent = sendRaw(`${world.app.httpUrl}/v1/whoami`, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject).end();
    });
    expect(status).toBe(422);
  });

  it("reaches the child's accounts", async () => {
    const child = await world.tenant("Child", world.mine);
    const account = await world.account(child);
    const path = `/v1/social-accounts/sa_${account._id}`;
    expect((await call("DELETE", path)).status).toBe(404);
    const headers = { "x-layers-organization": child.organization._id };
    expect((await call("DELETE", path, undefined, { headers })).status).toBe(200);
  });
});

describe("suspendOrganization and resumeOrganization", () => {
  it("stop and start a child's keys, again and again", async () => {
    const child = await world.tenant("Child", world.mine);
    const path = `/v1/organizations/${child.organization._id}`;
    const asChild = () => world.send("GET", "/v1/whoami", { key: child.key });
    for (let i = 0; i < 2; i++) expect((await call("POST", `${path}/suspend`)).body.suspended).toBe(true);
    expect(refusal(await asChild())).toEqual([503, "KILL_SWITCH", { scope: "organization" }]);
    for (let i = 0; i < 2; i++) expect((await call("POST", `${path}/resume`)).body.suspended).toBe(false);
    expect((await asChild()).status).toBe(200);
  });

  it("refuse organizations that are no child of the key's own", async () => {
    const ids = [world.theirs.organization._id, world.mine.organization._id, "org_game", "org_nothing"];
    for (const id of ids) {
      for (const verb of ["suspend", "resume"]) {
        expect((await call("POST", `/v1/organizations/${id}/${verb}`)).status).toBe(404);
      }
    }
    expect((await call("POST", "/v1/organizations/x/suspend")).status).toBe(400);
  });
});

describe("createOrganization, listOrganizations, createProject and listProjects", () => {
  it("create what the lists show, for the key's organization alone", async () => {
    const organization = await call("POST", "/v1/organizations", { name: "Partner" });
    const project = await call("POST", "/v1/projects", { name: "Season 4" });
    expect((await call("GET", "/v1/organizations")).body.items).toEqual([organization.body]);
    expect((await call("GET", "/v1/projects")).body.items).toContainEqual(project.body);
    const theirs = { key: world.theirs.key };
    expect((await world.send("GET", "/v1/organizations", theirs)).body.items).toEqual([]);
    expect((await world.send("GET", "/v1/projects", theirs)).body.items).toHaveLength(1);
  });

  it.each([[{}], [{ name: "" }], [{ name: "  " }], [{ name: "x".repeat(201) }], [{ name: 1 }]])(
    "refuse %j",
    async (body) => {
      for (const path of ["/v1/organizations", "/v1/projects"]) {
        const response = await call("POST", path, body);
        expect([response.status, issues(response)]).toEqual([422, ["name"]]);
      }
    },
  );
});

describe("killApiKey", () => {
  it("ends a key at once, and can be repeated", async () => {
    const key = await world.keyOf(world.mine, "*");
    const path = `/v1/api-keys/${parseKey(key)!.id}/kill`;
    const first = await call("POST", path);
    expect([first.status, first.body.killed, first.body.apiKey.isActive]).toEqual([200, true, false]);
    expect(refusal(await world.send("GET", "/v1/whoami", { key }))).toEqual([503, "KILL_SWITCH", { scope: "key" }]);
    world.app.clock.advance(1000);
    expect((await call("POST", path)).body).toEqual(first.body);
  });

  it("may be done by a key without scopes, to itself too", async () => {
    const key = await world.keyOf(world.mine);
    const path = `/v1/api-keys/${parseKey(key)!.id}/kill`;
    expect((await world.send("POST", path, { key })).status).toBe(200);
    expect((await world.send("POST", path, { key })).status).toBe(503);
  });

  it("refuses other organizations' keys, unknown ones, and one that was revoked", async () => {
    const revoked = parseKey(await world.keyOf(world.mine))!.id;
    const now = world.app.clock.now();
    await world.store.transaction((tx) => revokeKey(tx, revoked, { by: { door: "command line" }, now }));
    const theirs = parseKey(world.theirs.key)!.id;
    expect((await call("POST", `/v1/api-keys/${theirs}/kill`)).status).toBe(404);
    expect((await world.send("GET", "/v1/whoami", { key: world.theirs.key })).status).toBe(200);
    expect((await call("POST", `/v1/api-keys/${"a".repeat(16)}/kill`)).status).toBe(404);
    expect((await call("POST", "/v1/api-keys/x/kill")).status).toBe(400);
    expect(refusal(await call("POST", `/v1/api-keys/${revoked}/kill`)).slice(0, 2)).toEqual([409, "CONFLICT"]);
  });
});

describe("listAuditLog", () => {
  const list = (query = {}) => call("GET", "/v1/audit-log", undefined, { query });
  const types = ({ body }: Awaited<ReturnType<typeof list>>) =>
    body.items.map(({ eventType }: { eventType: string }) => eventType);

  it("shows what was done by whom, under the request's id, and nothing of others", async () => {
    const account = await world.account(world.mine);
    const post = await world.post(world.mine, [account], "layers");
    await world.account(world.theirs);
    world.app.clock.advance(1000);
    const canceled = await call("DELETE", `/v1/scheduled-posts/sp_${post._id}`);
    const [newest] = (await list()).body.items;
    expect(newest).toMatchObject({
      eventType: "scheduled_post.cancelled",
      requestId: canceled.headers.get("x-request-id"),
      apiKeyId: parseKey(world.mine.key)!.id,
      actor: { type: "layers" },
      subject: post._id,
    });
    expect(types(await list({ eventType: "scheduled_post.created" }))).toEqual(["scheduled_post.created"]);
    expect(types(await list({ eventType: "account.connected" }))).toEqual(["account.connected"]);
    expect(types(await list({ apiKeyId: parseKey(world.mine.key)!.id }))).toEqual(["scheduled_post.cancelled"]);
    expect(types(await list({ eventType: "nothing" }))).toEqual([]);
    expect(types(await list({ projectId: world.theirs.project._id }))).toEqual([]);
  });

  it("returns each record once over its pages, newest first", async () => {
    for (let i = 0; i < 5; i++) await call("POST", "/v1/projects", { name: `Project ${i}` });
    const all = (await list()).body.items.map(({ eventId }: { eventId: string }) => eventId);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await list({ limit: "2", ...(cursor && { cursor }) });
      seen.push(...body.items.map(({ eventId }: { eventId: string }) => eventId));
      cursor = body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(all);
  });

  it.each([
    [{ cursor: "x" }, "cursor"],
    [{ cursor: "2026-01-01T00:00:00.000Z~x" }, "cursor"],
    [{ since: "yesterday" }, "since"],
    [{ limit: "201" }, "limit"],
    [{ apiKeyId: "x" }, "apiKeyId"],
  ])("refuses %j", async (query, path) => {
    const response = await list(query);
    expect([response.status, issues(response)]).toEqual([422, [path]]);
  });
});
