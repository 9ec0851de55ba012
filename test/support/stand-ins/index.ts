import { startFacebookStandIn } from "../../../examples/starter/stand-ins/facebook.ts";
import { startAmazonStandIn } from "./amazon.ts";
import { startGameCenterStandIn } from "./game-center.ts";
import { startGoogleStandIn } from "./google.ts";
import type { StartStandIn } from "./stand-in.ts";

const facebook: StartStandIn = async () => {
  const server = await startFacebookStandIn({ appId: "app", appSecret: "secret of the app" });
  const integration = { facebookAppId: "app", facebookSecret: "secret of the app", graphUrl: server.url };
  return {
    systemId: "FB",
    server,
    integrations: { facebook: integration },
    async logIn(_, { id, name, friends = [] }) {
      server.addUser({ id, name, accessTokens: [`token-${id}`], friends: [...friends] });
      return { accessToken: `token-${id}` };
    },
    wrong: () => ({ credentials: { accessToken: "unknown" }, key: "accessToken" }),
  };
};

const amazon: StartStandIn = async () => {
  const server = await startAmazonStandIn({ clientId: "client" });
  return {
    systemId: "AM",
    server,
    integrations: { amazon: { amazonAppId: "client", apiUrl: server.url } },
    async logIn(_, { id, name }) {
      server.addUser({ id, name, accessTokens: [`token-${id}`] });
      return { accessToken: `token-${id}` };
    },
    wrong: () => ({ credentials: { accessToken: "unknown" }, key: "accessToken" }),
  };
};

const gameCenter: StartStandIn = async (now) => {
  const server = await startGameCenterStandIn({ bundleId: "org.example.game", now });
  const signed = (id: string, displayName: string) => ({ ...server.signIdentity(id), displayName });
  return {
    systemId: "GC",
    isOffline: true,
    server,
    integrations: { apple: server.integration },
    logIn: async (_, { id, name }) => signed(id, name),
    wrong: () => ({ credentials: { ...signed("G:1", "Ada"), externalPlayerId: "G:2" }, key: "signature" }),
  };
};

const GOOGLE = { clientId: "client", clientSecret: "secret of the client", appId: "1234" };

/** The entry of the game is Google Play's too, which has URLs of its own. */
const googlePlus: StartStandIn = async () => {
  const server = await startGoogleStandIn(GOOGLE);
  const { appId: _, gamesUrl: __, ...google } = server.integration;
  return {
    systemId: "GP",
    server,
    integrations: { google: { ...google, plusUrl: `${server.url}/plus` } },
    async logIn(_, { id, name, friends = [] }) {
      const accessTokens = [`ya29.token-${id}`];
      server.addUser({ id, name, accessTokens, friends: friends.map((friend) => ({ id: friend })) });
      return { accessToken: accessTokens[0] };
    },
    wrong: () => ({ credentials: { accessToken: "ya29.unknown" }, key: "accessToken" }),
  };
};

const googlePlay: StartStandIn = async () => {
  const server = await startGoogleStandIn(GOOGLE);
  const { appId, gamesUrl } = server.integration;
  return {
    systemId: "GY",
    server,
    integrations: { google: { appId, gamesUrl } },
    async logIn(_, { id, name }) {
      server.addUser({ id, playerId: id, name, accessTokens: [`ya29.token-${id}`] });
      return { accessToken: `ya29.token-${id}`, displayName: name };
    },
    wrong: () => ({ credentials: { accessToken: "ya29.unknown", displayName: "Ada" }, key: "accessToken" }),
  };
};

/** One for each provider. */
export const standIns: readonly StartStandIn[] = [amazon, facebook, gameCenter, googlePlay, googlePlus];
