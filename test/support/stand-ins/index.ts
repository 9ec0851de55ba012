import { startFacebookStandIn } from "../../../examples/starter/stand-ins/facebook.ts";
import { startAmazonStandIn } from "./amazon.ts";
import { startGameCenterStandIn } from "./game-center.ts";
import { startGoogleStandIn } from "./google.ts";
import { startKongregateStandIn } from "./kongregate.ts";
import type { StartStandIn } from "./stand-in.ts";
import { startSteamStandIn } from "./steam.ts";
import { startTwitchStandIn } from "./twitch.ts";
import { startTwitterStandIn } from "./twitter.ts";
import { startViberStandIn } from "./viber.ts";

const facebook: StartStandIn = async () => {
  const server = await startFacebookStandIn({ appId: "app", appSecret: "secret of the app" });
  const integration = { facebookAppId: "app", facebookSecret: "secret of the app", graphUrl: server.url };
  return {
    systemId: "FB",
    hasFriends: true,
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
    hasFriends: true,
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

const kongregate: StartStandIn = async () => {
  const server = await startKongregateStandIn({ apiKey: "key of the game" });
  return {
    systemId: "KO",
    server,
    integrations: { kongregate: { kongregateApiKey: "key of the game", apiUrl: server.url } },
    async logIn(_, { id, name }) {
      server.addUser({ id: Number(id), name, gameAuthToken: `token-${id}` });
      return { userId: id, gameAuthToken: `token-${id}` };
    },
    wrong: () => ({ credentials: { userId: "1", gameAuthToken: "unknown" }, key: "gameAuthToken" }),
  };
};

const steam: StartStandIn = async () => {
  const server = await startSteamStandIn({ apiKey: "key of the game", appId: "480" });
  return {
    systemId: "ST",
    hasFriends: true,
    server,
    integrations: { steam: { steamApiKey: "key of the game", steamAppId: 480, apiUrl: server.url } },
    async logIn(_, { id, name, friends = [] }) {
      const sessionTicket = Buffer.from(`ticket-${id}`).toString("hex");
      server.addUser({ id, name, tickets: [sessionTicket], friends });
      return { sessionTicket };
    },
    wrong: () => ({ credentials: { sessionTicket: "00ff" }, key: "sessionTicket" }),
  };
};

const twitch: StartStandIn = async () => {
  const server = await startTwitchStandIn({ clientId: "client" });
  const { authUrl, apiUrl } = server;
  return {
    systemId: "TC",
    server,
    integrations: { twitch: { saveTwitchToken: true, twitchClientId: "client", authUrl, apiUrl } },
    async logIn(_, { id, name }) {
      server.addUser({ id, name, accessTokens: [`token-${id}`] });
      return { accessToken: `token-${id}` };
    },
    wrong: () => ({ credentials: { accessToken: "unknown" }, key: "accessToken" }),
  };
};

const twitter: StartStandIn = async (now) => {
  const app = { consumerKey: "app", consumerSecret: "secret of the app" };
  const server = await startTwitterStandIn({ ...app, now });
  const integration = { twitterAppId: app.consumerKey, twitterSecret: app.consumerSecret, apiUrl: server.url };
  return {
    systemId: "TW",
    hasFriends: true,
    server,
    integrations: { twitter: integration },
    async logIn(_, { id, name, friends = [] }) {
      const credentials = { accessToken: `token-${id}`, accessSecret: `secret-${id}` };
      server.addUser({ id, name, ...credentials, friends });
      return credentials;
    },
    wrong: () => ({ credentials: { accessToken: "unknown", accessSecret: "unknown" }, key: "accessToken" }),
  };
};

const viber: StartStandIn = async () => {
  const server = await startViberStandIn({ appId: "app" });
  return {
    systemId: "VB",
    hasFriends: true,
    server,
    integrations: { viber: { viberEnabled: true, viberAppId: "app", apiUrl: server.url } },
    async logIn(_, { id, name, friends = [] }) {
      server.addUser({ id, name, accessTokens: [`token-${id}`], friends });
      return { accessToken: `token-${id}` };
    },
    wrong: () => ({ credentials: { accessToken: "unknown" }, key: "accessToken" }),
  };
};

/** Those that tests use by this interface alone. */
export const plainStandIns: readonly StartStandIn[] = [kongregate, steam, twitch, twitter, viber];

/** One for each provider. */
export const standIns: readonly StartStandIn[] = [
  amazon,
  facebook,
  gameCenter,
  googlePlay,
  googlePlus,
  ...plainStandIns,
];
