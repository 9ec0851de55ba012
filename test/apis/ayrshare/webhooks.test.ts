import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Tenant } from "../../support/apis.ts";
import { type AyrshareApp, caller, outcomeOf, startAyrshareApp, storedText, studio } from "./support.ts";

const SECRET = "secret of the webhook";
const HOUR = 3_600_000;

interface Event {
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read the members that they expect.
  body: any;
}

/** A back office that receives events. */
async function startReceiver() {
  const events: Event[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    events.push({ headers: request.headers, text, body: JSON.parse(text) });
    response.end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  return { events, url, close: () => server.close() };
}

let world: AyrshareApp;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  world = await startAyrshareApp();
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.events.length = 0;
});
afterAll(async () => {
  receiver.close();
  await world.discard();
});

const register = (tenant: Pick<Tenant, "key">, action: string, headers = {}) =>
  caller(world, tenant, headers)("POST", "/api/hook/webhook", { action, url: receiver.url, secret: SECRET });

async function received(count: number): Promise<Event[]> {
  await expect
    .poll(async () => {
      await world.app.poll();
      return receiver.events.length;
    })
    .toBe(count);
  return receiver.events;
}

describe("registerWebhook", () => {
  it.each([
    ["no action", { url: "https://studio.example/e" }, "400 400"],
    ["an unknown action", { action: "weather", url: "https://studio.example/e" }, "400 400"],
    ["no URL", { action: "social" }, "400 400"],
    ["an http URL", { action: "social", url: "http://studio.example/e" }, "400 400"],
    ["an address that is not permitted", { action: "social", url: "http://10.0.0.1/e" }, "400 400"],
    ["http to an address of the internet", { action: "social", url: "http://93.184.216.34/e" }, "400 400"],
    ["a name of this machine", { action: "social", url: "http://localhost/e" }, "400 400"],
    ["another scheme", { action: "social", url: "file:///etc/passwd" }, "400 400"],
    ["a URL with a password", { action: "social", url: "https://a:b@studio.example/e" }, "400 400"],
    ["a long URL", { action: "social", url: `https://studio.example/${"x".repeat(2_100)}` }, "400 400"],
    ["an empty secret", { action: "social", url: "https://studio.example/e", secret: "" }, "400 400"],
    ["an unknown profile", { action: "social", url: "https://studio.example/e", profileKey: "nobody" }, "403 403"],
  ])("refuses %s", async (_, body, expected) => {
    const tenant = await world.tenant("W");
    const response = await caller(world, tenant)("POST", "/api/hook/webhook", body);
    expect(outcomeOf(response)).toBe(expected);
    expect(response.body.action).toBe("webhook");
    expect((await caller(world, tenant)("GET", "/api/hook/webhook")).body).not.toHaveProperty("social");
  });

  it("refuses http to any address by default", async () => {
    const own = await startAyrshareApp({ scriptHttpPrivateNetworks: "" });
    const body = { action: "social", url: "http://127.0.0.1/e" };
    expect(outcomeOf(await caller(own, own.mine)("POST", "/api/hook", body))).toBe("400 400");
    await own.discard();
  });

  it("keeps the secret sealed, and shows it to nobody", async () => {
    const tenant = await world.tenant("W");
    const { status, body } = await register(tenant, "social");
    const { refId } = tenant.profile;
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: "success", action: "social", url: receiver.url, refId },
    });
    const { text } = await caller(world, tenant)("GET", "/api/hook/webhook");
    for (const shown of [await storedText(world), JSON.stringify(world.app.log), text])
      expect(shown).not.toContain(SECRET);
  });

  it("needs the scope social:write", async () => {
    const key = await world.keyOf(world.mine, "social:read");
    expect(outcomeOf(await register({ key }, "social"))).toBe("403 403");
    const write = await world.keyOf(world.mine, "social:write");
    expect(outcomeOf(await world.send("GET", "/api/hook", { key: write }))).toBe("403 403");
    expect(outcomeOf(await world.send("DELETE", "/api/hook", { key, body: { action: "social" } }))).toBe("403 403");
  });
});

describe("listWebhooks and deleteWebhook", () => {
  it("list and remove the profile's own", async () => {
    const tenant = await world.tenant("W");
    const call = caller(world, tenant);
    await register(tenant, "social");
    await call("POST", "/ayrshare/api/hook", { action: "scheduled", url: "https://studio.example/scheduled" });
    const { refId } = tenant.profile;
    const urls = { social: receiver.url, scheduled: "https://studio.example/scheduled" };
    expect((await call("GET", "/api/hook")).body).toEqual({
      status: "success",
      refId,
      ...urls,
      updated: expect.any(String),
    });
    expect((await call("DELETE", "/api/hook", { action: "scheduled" })).body).toEqual({
      status: "success",
      action: "scheduled",
    });
    expect(outcomeOf(await call("DELETE", "/api/hook/webhook", { action: "scheduled" }))).toBe("404 404");
    expect(outcomeOf(await call("DELETE", "/api/hook/webhook", { action: "weather" }))).toBe("400 400");
    expect((await call("GET", "/api/hook")).body).not.toHaveProperty("scheduled");
    expect(outcomeOf(await caller(world, world.theirs)("DELETE", "/api/hook", { action: "social" }))).toBe("404 404");
  });
});

describe("an event", () => {
  it("says with a signature that an account was linked, and unlinked", async () => {
    const tenant = await studio(world);
    await register(tenant, "social");
    await world.link(tenant, world.bluesky, world.bluesky.connect());
    const [linked] = await received(1);
    const { refId } = tenant.profile;
    expect(linked!.body).toMatchObject({
      ...{ action: "social", type: "link", platform: "bluesky", displayName: "Ada at bluesky", refId, code: 200 },
      ...{ hookId: expect.any(String), created: expect.stringMatching(/T.*Z$/), source: "user", url: receiver.url },
    });
    const { "x-authorization-timestamp": time, "x-authorization-content-sha256": signature } = linked!.headers;
    expect(Number(time)).toBe(Math.floor(world.app.clock.now() / 1000));
    expect(signature).toBe(createHmac("sha256", SECRET).update(linked!.text).digest("hex"));
    await caller(world, tenant)("DELETE", "/api/profiles/social", { platform: "bluesky" });
    const [, unlinked] = await received(2);
    expect(unlinked!.body).toMatchObject({
      action: "social",
      type: "unlink",
      platform: "bluesky",
      refId,
      source: "user",
    });
    await caller(world, tenant)("DELETE", "/api/profiles/social", { platform: "bluesky" });
    await received(2);
  });

  it("says that a scheduled post was sent or failed, and nothing of immediate ones", async () => {
    const tenant = await studio(world, world.bluesky, world.twitter);
    await register(tenant, "scheduled");
    const call = caller(world, tenant);
    expect((await call("POST", "/api/post", { post: "Now", platforms: ["bluesky"] })).status).toBe(200);
    const scheduleDate = new Date(world.app.clock.now() + HOUR).toISOString();
    const made = await call("POST", "/api/post", { post: "Then", platforms: ["bluesky", "twitter"], scheduleDate });
    world.twitter.server.failNext(
      { status: 403, body: { type: "https://api.twitter.com/2/problems/duplicate-rules", title: "Forbidden" } },
      ({ method, path }) => path === "/2/tweets" && method === "POST",
    );
    await received(0);
    world.app.clock.advance(HOUR);
    const [event] = await received(1);
    expect(event!.body).toMatchObject({
      ...{ action: "scheduled", status: "error", id: made.body.id, refId: tenant.profile.refId, code: 200 },
      postIds: [{ status: "success", platform: "bluesky", id: expect.stringMatching(/^at:/) }],
      errors: [{ action: "post", status: "error", platform: "twitter", code: 110 }],
    });
  });

  it("of a profile goes to its own webhook, or to that of the primary profile", async () => {
    const tenant = await studio(world);
    await register(tenant, "social");
    const { profile, key } = await world.profileOf(tenant, "Guild");
    await world.link({ profile }, world.bluesky, world.bluesky.connect());
    expect((await received(1))[0]!.body).toMatchObject({ type: "link", refId: profile.refId });
    const other = await startReceiver();
    await caller(world, tenant, { "profile-key": key })("POST", "/api/hook", { action: "social", url: other.url });
    await caller(world, tenant, { "profile-key": key })("DELETE", "/api/profiles/social", { platform: "bluesky" });
    await expect.poll(() => world.app.poll().then(() => other.events.length)).toBe(1);
    expect(other.events[0]!.headers).not.toHaveProperty("x-authorization-content-sha256");
    expect(receiver.events).toHaveLength(1);
    other.close();
  });
});
