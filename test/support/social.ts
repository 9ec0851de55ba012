import { startFacebookStandIn } from "../../examples/starter/stand-ins/facebook.ts";
import type { Game } from "../../src/game/game.ts";
import type { Settings } from "../../src/settings-schema.ts";
import { FakeClock, startTestApp, testCredential, testGame } from "./app.ts";
import type { AnyFrame, TestClient } from "./client.ts";
import { startAmazonStandIn } from "./stand-ins/amazon.ts";
import { startGameCenterStandIn } from "./stand-ins/game-center.ts";

const APP_ID = "app";
const APP_SECRET = "secret of the app";
const CLIENT_ID = "amzn1.application-oa2-client.test";
const BUNDLE_ID = "org.example.game";

/**
 * A server whose game is set up for Facebook, Amazon and Game Center, with a stand-in for each. It revokes tokens only
 * when the test polls (`app.poll`), so that a test can connect an account again with the same token.
 */
export async function startSocialApp(config: Partial<Settings> = {}, game: Partial<Game> = {}) {
  const start = new FakeClock();
  const facebook = await startFacebookStandIn({ appId: APP_ID, appSecret: APP_SECRET });
  const amazon = await startAmazonStandIn({ clientId: CLIENT_ID });
  const gameCenter = await startGameCenterStandIn({ bundleId: BUNDLE_ID, now: () => start.now() });
  const integrations = {
    ...game.integrations,
    facebook: { facebookAppId: APP_ID, facebookSecret: APP_SECRET, graphUrl: facebook.url },
    amazon: { amazonAppId: CLIENT_ID, apiUrl: amazon.url },
    apple: gameCenter.integration,
  };
  const coppa = testCredential("coppa", { coppaCompliant: true });
  const app = await startTestApp({ config, ticks: false, game: testGame([coppa], { ...game, integrations }) });
  let count = 0;

  return {
    app,
    facebook,
    amazon,
    gameCenter,

    /** A Facebook user whose token is `token-ID`, with Facebook friends by their ids. */
    facebookUser(id: string, friends: string[] = []): string {
      const accessToken = `token-${id.replaceAll(" ", "-")}`;
      facebook.addUser({ id, name: `Name of ${id}`, accessTokens: [accessToken], codes: [`code-${id}`], friends });
      return accessToken;
    },

    /** A client whose player is registered. */
    async registered(): Promise<TestClient> {
      const client = await app.client();
      const userName = `user-${++count}`;
      await ok(client.request("RegistrationRequest", { userName, password: "password", displayName: userName }));
      return client;
    },

    /** A client whose player is a device's. */
    async device(): Promise<TestClient> {
      const client = await app.client();
      await ok(client.request("DeviceAuthenticationRequest", { deviceId: `device-${++count}`, deviceOS: "IOS" }));
      return client;
    },

    async discard(): Promise<void> {
      await app.discard();
      await Promise.all([facebook.close(), amazon.close(), gameCenter.close()]);
    },
  };
}

/** For a provider that never answers: the one thing that a server asked of it is refused soon. */
export const HASTY = { providerTimeoutMs: 300 };

export type SocialApp = Awaited<ReturnType<typeof startSocialApp>>;

/** The response, which must not be an error. */
export async function ok(response: Promise<AnyFrame>): Promise<AnyFrame> {
  const frame = await response;
  if (frame["error"] !== undefined) throw new Error(`refused: ${JSON.stringify(frame["error"])}`);
  return frame;
}
