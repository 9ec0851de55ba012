import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey, createOrganization, createProject } from "../../../src/domains/social/index.ts";
import { Browser, shown } from "../../connect/browser.ts";
import { type ConnectApp, startConnectApp } from "../../connect/support.ts";

const BY = { by: { door: "admin" }, now: 0 } as const;

let server: ConnectApp;
beforeAll(async () => {
  server = await startConnectApp();
});
afterAll(() => server.discard());

describe("generateJwt, createLinkSession and revokeLinkSession refuse", () => {
  const session = (body: unknown, headers: Record<string, string> = { "profile-key": server.profileKey }) =>
    server.call("POST", "/api/profiles/link-sessions", { body, headers });

  it.each<[string, () => Promise<{ status: number; body: Record<string, unknown> }>, number, number]>([
    ["a link session without a profile", () => session({}, {}), 400, 400],
    ["a link session of an unknown profile", () => session({}, { "profile-key": "x" }), 403, 403],
    ["the mode connect without a network", () => session({ mode: "connect" }), 400, 163],
    ["the mode connect of an unknown network", () => session({ mode: "connect", network: "__proto__" }), 400, 163],
    [
      "the mode connect of a network that is not set up",
      () => session({ mode: "connect", network: "youtube" }),
      400,
      163,
    ],
    ["networks of which none is known", () => session({ allowedSocial: ["pinterest"] }), 400, 163],
    ["networks of which none is set up", () => session({ allowedSocial: ["youtube"] }), 400, 163],
    ["another mode", () => session({ mode: "x" }), 400, 400],
    ["a life of nothing", () => session({ expiresIn: 0 }), 400, 400],
    ["a life of more than two days", () => session({ expiresIn: 2_881 }), 400, 400],
    [
      "one of the X keys as a header",
      () => session({}, { "profile-key": server.profileKey, "x-twitter-oauth1-api-key": "k" }),
      400,
      400,
    ],
    ["one of the X keys in the body", () => session({ twitterApiSecret: "s" }), 400, 400],
    [
      "to withdraw an unknown session",
      () => server.call("DELETE", `/api/profiles/link-sessions/ls_${"0".repeat(24)}`),
      400,
      502,
    ],
    ["to withdraw what is no session", () => server.call("DELETE", "/api/profiles/link-sessions/x"), 400, 502],
    [
      "to withdraw a session twice",
      async () => {
        const { body } = await session({});
        const path = `/api/profiles/link-sessions/${body.sessionId}`;
        expect((await server.call("DELETE", path)).body).toEqual({ status: "success", sessionId: body.sessionId });
        return server.call("DELETE", path);
      },
      400,
      501,
    ],
    [
      "to withdraw an expired session",
      async () => {
        const { body } = await session({});
        server.app.clock.advance(300_000 + 3_600_000);
        return server.call("DELETE", `/api/profiles/link-sessions/${body.sessionId}`);
      },
      400,
      503,
    ],
    [
      "to withdraw another project's session",
      async () => {
        const { body } = await session({});
        const organization = await createOrganization(server.store, { name: "other" }, BY);
        const project = await createProject(server.store, { organizationId: organization._id, name: "other" }, BY);
        const values = { organizationId: organization._id, projectId: project._id, name: "k", scopes: ["*"] };
        const { text } = await createKey(server.store, "preview", values, BY);
        return server.call("DELETE", `/api/profiles/link-sessions/${body.sessionId}`, { as: text });
      },
      400,
      502,
    ],
  ])("%s", async (_name, send, status, code) => {
    const reply = await send();
    expect(reply.body).toMatchObject({ status: "error", code, message: expect.stringMatching(/\.$/) });
    expect(reply.status).toBe(status);
  });

  it("a return to a host that the key does not permit, with the cure", async () => {
    const { status, body } = await server.call("POST", "/api/profiles/generateJWT", {
      body: { redirect: "https://evil.example/" },
    });
    expect(status).toBe(403);
    expect(body).toMatchObject({ action: "generateJWT", status: "error", code: 403 });
    expect(body.message).toContain('Add "evil.example" to the returnHosts of the key.');
  });

  it("a key without the scope", async () => {
    const { text } = await server.newKey(["social:read"]);
    expect((await server.call("POST", "/api/profiles/generateJWT", { body: {}, as: text })).status).toBe(403);
  });

  it("nothing that older clients of generateJWT send", async () => {
    const body = {
      profileKey: server.profileKey,
      domain: "app & co",
      privateKey: "-----BEGIN RSA PRIVATE KEY-----",
      base64: "true",
      verify: true,
      logout: "true",
      expiresIn: 2_880,
      allowedSocial: ["reddit", "pinterest"],
    };
    const { status, body: reply } = await server.call("POST", "/api/profiles/generateJWT", { body });
    expect(status).toBe(200);
    expect(reply).toMatchObject({
      status: "success",
      expiresIn: "2880m",
      emailSent: false,
      token: expect.stringMatching(/^ayr_ls_test_/),
    });
    const page = await new Browser().get(`${reply.url}&redirect=https://evil.example/&logout=true`);
    expect(shown(page)).toContain("Reddit");
    expect(page.text).not.toContain("evil.example");
  });
});
