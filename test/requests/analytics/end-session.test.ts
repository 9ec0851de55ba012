import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { ok } from "../../support/social.ts";

describe("EndSessionRequest", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.discard());

  it("tells how long the session lasted, and begins another on the same connection", async () => {
    const client = await app.client();
    await ok(client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" }));
    app.clock.advance(90_500);
    expect(await client.request("EndSessionRequest")).toEqual({
      "@class": ".EndSessionResponse",
      requestId: expect.any(String),
      sessionDuration: 90,
    });
    app.clock.advance(10_000);
    expect(await client.request("EndSessionRequest")).toMatchObject({ sessionDuration: 10 });
    expect((await client.request("AccountDetailsRequest"))["userId"]).toBe(client.userId);
  });

  it("is refused for who has not signed in", async () => {
    const refused = await (await app.client()).request("EndSessionRequest");
    expect(refused["error"]).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
