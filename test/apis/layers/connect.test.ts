import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GAME_PROJECT } from "../../../src/domains/social/index.ts";
import { Browser } from "../../connect/browser.ts";
import { type ConnectApp, RETURN_URL, startConnectApp } from "../../connect/support.ts";

let server: ConnectApp;
beforeAll(async () => {
  server = await startConnectApp();
});
afterAll(() => server.discard());

describe("createOauthUrl", () => {
  it.each([
    ["https://other.example/", 403, "RETURN_URL_NOT_ALLOWED"],
    ["https://app.example.evil.example/", 403, "RETURN_URL_NOT_ALLOWED"],
    ["https://sub.app.example/", 403, "RETURN_URL_NOT_ALLOWED"],
    ["https://app.example:444/", 403, "RETURN_URL_NOT_ALLOWED"],
    ["http://app.example/", 422, "VALIDATION"],
    ["https://app.example@evil.example/", 422, "VALIDATION"],
    ["javascript:alert(1)//app.example", 422, "VALIDATION"],
    ["//app.example/", 422, "VALIDATION"],
    ["https:\\\\evil.example\\app.example", 403, "RETURN_URL_NOT_ALLOWED"],
    ["", 422, "VALIDATION"],
  ])("%s is refused by Layers", async (returnUrl, status, code) => {
    const path = `/v1/projects/${GAME_PROJECT}/social/oauth-url`;
    const { status: got, body } = await server.call("POST", path, { body: { platform: "twitter", returnUrl } });
    expect({ got, code: body.error.code }).toEqual({ got: status, code });
    if (status === 403) {
      expect(body.error.message).toContain("to the returnHosts of the key");
      expect(body.error.details.returnHosts).toEqual(["app.example"]);
    }
  });
});

describe("createOauthUrl, getOauthStatus and createReauthUrl refuse", () => {
  it("a key without the scope", async () => {
    const { text } = await server.newKey(["social:read"]);
    const path = `/v1/projects/${GAME_PROJECT}/social/oauth-url`;
    const body = { platform: "twitter", returnUrl: RETURN_URL };
    expect((await server.call("POST", path, { body, as: text })).body.error.code).toBe("FORBIDDEN_SCOPE");
  });

  it("the state of another key, and a network that is not set up, naming the setting", async () => {
    const { state } = await server.oauthUrl("twitter");
    const { text } = await server.newKey();
    expect((await server.call("GET", `/v1/social/oauth-status/${state}`, { as: text })).status).toBe(404);
    expect((await server.call("GET", "/v1/social/oauth-status/st_x")).status).toBe(400);
    const path = `/v1/projects/${GAME_PROJECT}/social/oauth-url`;
    const { status, body } = await server.call("POST", path, { body: { platform: "youtube", returnUrl: RETURN_URL } });
    expect({ status, code: body.error.code }).toEqual({ status: 409, code: "CONFLICT" });
    expect(body.error.message).toContain("youtubeClientId");
  });

  it("to connect a disconnected or unknown account again", async () => {
    const { authorizeUrl, state } = await server.oauthUrl("reddit");
    await new Browser().get(authorizeUrl);
    const { socialAccountId } = await server.statusOf(state);
    await server.call("DELETE", `/v1/social-accounts/${socialAccountId}`);
    const path = `/v1/projects/${GAME_PROJECT}/social/reauth-url`;
    const send = (id: string) => server.call("POST", path, { body: { socialAccountId: id, returnUrl: RETURN_URL } });
    expect((await send(socialAccountId)).body.error).toMatchObject({
      code: "CONFLICT",
      details: { status: "disconnected" },
    });
    expect((await send("sa_11111111-1111-4111-8111-111111111111")).status).toBe(404);
  });
});
