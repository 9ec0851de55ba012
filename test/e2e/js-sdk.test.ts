import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { WebSocket } from "ws";
import { API_KEY, DEVICE_SECRET } from "../support/app.ts";
import type { AnyFrame } from "../support/client.ts";
import { type SocialApp, startSocialApp } from "../support/social.ts";

/**
 * GameSparks' own JavaScript SDK, unmodified, as a browser runs it. npm does not have it: REKINDLE_TEST_JS_SDK names
 * `gamesparks.js` of its repository, gamesparks/gamesparks-js-sdk.
 */
const path = process.env.REKINDLE_TEST_JS_SDK ?? "";

interface Sdk {
  init(options: Record<string, unknown>): void;
  sendWithData(request: string, fields: Record<string, unknown>, answer: (response: AnyFrame) => void): void;
  getSessionId(): string;
  webSocket: WebSocket;
}

/** The SDK in a world of its own: what it takes from a browser, and the two functions of CryptoJS that it calls. */
function loadSdk(): new () => Sdk {
  const hmac = (text: string, key: string) => createHmac("sha256", key).update(text).digest();
  const world: Record<string, unknown> = {
    WebSocket,
    CryptoJS: { HmacSHA256: hmac, enc: { Base64: { stringify: (bytes: Buffer) => bytes.toString("base64") } } },
    navigator: { userAgent: "Chrome", vendor: "", platform: "Linux" },
    setTimeout: (work: () => void, ms: number) => setTimeout(work, ms).unref(),
    setInterval: (work: () => void, ms: number) => setInterval(work, ms).unref(),
  };
  world["window"] = world;
  runInContext(readFileSync(path, "utf8"), createContext(world));
  return world["GameSparks"] as new () => Sdk;
}

if (path === "") test.skip("the JavaScript SDK was not run: set REKINDLE_TEST_JS_SDK to its gamesparks.js");
else {
  describe("the JavaScript SDK", () => {
    let social: SocialApp;
    beforeAll(async () => {
      social = await startSocialApp();
    });
    afterAll(() => social.discard());

    it("plays the main job, and is the same player and session after its socket was cut", async () => {
      const sdk = new (loadSdk())();
      const url = `${social.app.url}/ws/device/${API_KEY}`;
      let ready = Promise.withResolvers<void>();
      sdk.init({ url, secret: DEVICE_SECRET, onInit: () => ready.resolve(), onError: ready.reject });
      await ready.promise;
      const send = (request: string, fields = {}) =>
        new Promise<AnyFrame>((resolve) => sdk.sendWithData(request, fields, resolve));

      const grace = await social.registered();
      await grace.request("FacebookConnectRequest", { accessToken: social.facebookUser("grace", ["ada"]) });
      const made = await send("DeviceAuthenticationRequest", { deviceId: "js", deviceOS: "WEB" });
      await send("FacebookConnectRequest", { accessToken: social.facebookUser("ada", ["grace"]) });
      expect(await send("ListGameFriendsRequest")).toMatchObject({ friends: [{ id: grace.userId, online: true }] });
      expect(await send("SocialDisconnectRequest", { systemId: "FB" })).toEqual({
        "@class": ".SocialDisconnectResponse",
      });
      expect(await send("ListGameFriendsRequest")).toMatchObject({ friends: [] });
      expect(await send("SocialDisconnectRequest", {})).toMatchObject({ error: { systemId: "REQUIRED" } });

      const session = sdk.getSessionId();
      ready = Promise.withResolvers();
      sdk.webSocket.terminate();
      await ready.promise;
      expect(sdk.getSessionId()).toBe(session);
      expect(await send("AccountDetailsRequest")).toMatchObject({ userId: made["userId"] });
      (sdk as unknown as { disconnect(): void }).disconnect();
    });
  });
}
