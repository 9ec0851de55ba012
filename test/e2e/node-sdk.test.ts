import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, DEVICE_SECRET, SERVER_SECRET } from "../support/app.ts";
import type { AnyFrame } from "../support/client.ts";
import { type SocialApp, startSocialApp } from "../support/social.ts";

/** The SDK for Node, as npm has it, unmodified. Its sockets are used one by one, without the pool around them. */
interface Sdk {
  init(options: Record<string, unknown>): void;
  sendWithData(request: string, fields: Record<string, unknown>, answer: (response: AnyFrame) => void): void;
  close(): void;
}
const { socket: SdkSocket } = createRequire(import.meta.url)("gamesparks-node/GameSparksAdminSocket.js") as {
  socket: new () => Sdk;
};

let social: SocialApp;
beforeAll(async () => {
  social = await startSocialApp();
});
afterAll(() => social.discard());

function open(credential: string, secret: string): Promise<Sdk> {
  const sdk = new SdkSocket();
  const url = `${social.app.url}/ws/${credential}/${API_KEY}`;
  return new Promise((resolve, reject) => {
    sdk.init({ url, secret, onInit: () => resolve(sdk), onError: reject, onMessage: () => {} });
  });
}

function send(sdk: Sdk, request: string, fields: Record<string, unknown> = {}): Promise<AnyFrame> {
  return new Promise((resolve) => sdk.sendWithData(request, fields, resolve));
}

it("an unmodified SDK connects, signs in, links a profile, lists friends and disconnects it", async () => {
  const [ada, grace] = [await open("device", DEVICE_SECRET), await open("device", DEVICE_SECRET)];
  const first = await send(ada, "DeviceAuthenticationRequest", { deviceId: "sdk-1", deviceOS: "IOS" });
  expect(first).toMatchObject({ "@class": ".AuthenticationResponse", newPlayer: true });
  const second = await send(grace, "RegistrationRequest", { userName: "grace", password: "pw", displayName: "Grace" });

  await send(ada, "FacebookConnectRequest", { accessToken: social.facebookUser("ada", ["grace"]) });
  await send(grace, "FacebookConnectRequest", { accessToken: social.facebookUser("grace", ["ada"]) });
  expect(await send(ada, "ListGameFriendsRequest")).toMatchObject({
    friends: [{ id: second["userId"], displayName: "Grace", online: true, externalIds: { FB: "grace" } }],
  });

  const unlinked = await send(ada, "SocialDisconnectRequest", { systemId: "FB" });
  expect(unlinked).toEqual({ "@class": ".SocialDisconnectResponse", requestId: expect.any(String) });
  expect(await send(ada, "ListGameFriendsRequest")).toMatchObject({ friends: [] });
  expect(await send(grace, "ListGameFriendsRequest")).toMatchObject({ friends: [] });
  expect((await send(ada, "SocialDisconnectRequest", { systemId: "FB" }))["error"]).toEqual({
    systemId: "NOT_CONNECTED",
  });
  ada.close();
  grace.close();
});

it("a server's SDK acts as any player", async () => {
  const player = await social.registered();
  await player.request("FacebookConnectRequest", { accessToken: social.facebookUser("served") });
  const server = await open("server", SERVER_SECRET);
  const playerId = player.userId;
  expect(await send(server, "AccountDetailsRequest", { playerId })).toMatchObject({ externalIds: { FB: "served" } });
  expect(await send(server, "SocialDisconnectRequest", { playerId, systemId: "FB" })).not.toHaveProperty("error");
  expect(await send(server, "AccountDetailsRequest", { playerId })).toMatchObject({ externalIds: {} });
  server.close();
});

it("a wrong secret is reported", async () => {
  await expect(open("device", "wrong")).rejects.toThrow(/check secret/);
});
