import { startFacebookStandIn } from "../../../examples/starter/stand-ins/facebook.ts";
import { providers } from "../../../src/providers/index.ts";
import { startAmazonStandIn } from "./amazon.ts";
import { startGameCenterStandIn } from "./game-center.ts";
import { startGoogleStandIn } from "./google.ts";
import { startKongregateStandIn } from "./kongregate.ts";
import { startNintendoStandIn } from "./nintendo.ts";
import { startPsnStandIn } from "./psn.ts";
import { startQqStandIn } from "./qq.ts";
import type { ProviderStandIn, StartStandIn } from "./stand-in.ts";
import { startSteamStandIn } from "./steam.ts";
import { startTwitchStandIn } from "./twitch.ts";
import { startTwitterStandIn } from "./twitter.ts";
import { startViberStandIn } from "./viber.ts";
import { startWeChatStandIn } from "./wechat.ts";
import { startXboxStandIn, XBOX_USER_HASH } from "./xbox.ts";

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

const nintendo: StartStandIn = async (now) => {
  const server = await startNintendoStandIn("0100abf008968000", now);
  const signed = (id: string, displayName: string) => ({
    nsaIdToken: server.signer.sign(server.claims(id)),
    displayName,
  });
  return {
    systemId: "NX",
    isOffline: true,
    server,
    integrations: { nx: { nxApplicationId: "0100abf008968000", issuer: server.url } },
    logIn: async (_, { id, name }) => signed(id, name),
    wrong: () => ({
      credentials: { nsaIdToken: server.signer.forge(server.claims("1")), displayName: "Ada" },
      key: "nsaIdToken",
    }),
  };
};

const psn: StartStandIn = async (now) => {
  const server = await startPsnStandIn({ clientId: "client", clientSecret: "secret of the client", now });
  const integration = { psnClientId: "client", psnClientSecret: "secret of the client" };
  let codes = 0;
  return {
    systemId: "PS",
    hasFriends: true,
    server,
    integrations: { psn: { ...integration, authUrl: server.url, friendsUrl: server.url } },
    async logIn(_, { id, name, friends = [] }) {
      const authorizationCode = `code-${id}-${++codes}`;
      server.addUser({ id, name, codes: [authorizationCode], friends });
      return { authorizationCode };
    },
    wrong: () => ({ credentials: { authorizationCode: "unknown" }, key: "authorizationCode" }),
  };
};

const qq: StartStandIn = async () => {
  const server = await startQqStandIn({ appId: "101814107" });
  return {
    systemId: "QQ",
    server,
    integrations: { qq: { qqAppId: "101814107", apiUrl: server.url } },
    async logIn(_, { id, name }) {
      server.addUser({ id, name, accessTokens: [`token-${id}`] });
      return { accessToken: `token-${id}` };
    },
    wrong: () => ({ credentials: { accessToken: "unknown" }, key: "accessToken" }),
  };
};

const weChat: StartStandIn = async () => {
  const server = await startWeChatStandIn();
  return {
    systemId: "WC",
    server,
    integrations: { wechat: { apiUrl: server.url } },
    async logIn(_, { id, name }) {
      server.addUser({ id, name, accessTokens: [`token-${id}`] });
      return { accessToken: `token-${id}`, openId: id };
    },
    wrong: () => ({ credentials: { accessToken: "unknown", openId: "1" }, key: "accessToken" }),
  };
};

const xboxLive: StartStandIn = async () => {
  const server = await startXboxStandIn();
  const sent = (token: string) => ({ stsTokenString: `XBL3.0 x=${XBOX_USER_HASH};${token}` });
  return {
    systemId: "XB",
    hasFriends: true,
    server,
    integrations: { xboxLive: { enabled: true, profileUrl: server.url, socialUrl: server.url } },
    async logIn(_, { id, name, friends = [] }) {
      server.addUser({
        id,
        name,
        tokens: [`token-${id}`],
        people: friends.map((one) => ({ id: one, followsBack: true })),
      });
      return sent(`token-${id}`);
    },
    wrong: () => ({ credentials: sent("unknown"), key: "accessToken" }),
  };
};

const xboxOne: StartStandIn = async () => {
  const server = await startXboxStandIn();
  const sent = (token: string) => ({ token: `XBL3.0 x=${XBOX_USER_HASH};${token}` });
  return {
    systemId: "X1",
    server,
    integrations: { xboxOne: { enabled: true, profileUrl: server.url } },
    async logIn(_, { id, name }) {
      server.addUser({ id, name, tokens: [`token-${id}`] });
      return sent(`token-${id}`);
    },
    wrong: () => ({ credentials: sent("unknown"), key: "token" }),
  };
};

/** One for each provider. */
const standIns: readonly StartStandIn[] = [
  amazon,
  facebook,
  gameCenter,
  googlePlay,
  googlePlus,
  kongregate,
  nintendo,
  psn,
  qq,
  steam,
  twitch,
  twitter,
  viber,
  weChat,
  xboxLive,
  xboxOne,
];

export interface StandIns {
  readonly all: readonly ProviderStandIn[];
  /** For a game that is set up for every provider. */
  readonly integrations: Record<string, object>;
  of(request: string): ProviderStandIn;
  close(): Promise<unknown>;
}

/** Starts the stand-ins of all providers. */
export async function startStandIns(now: () => number): Promise<StandIns> {
  const all = await Promise.all(standIns.map((start) => start(now)));
  const integrations: Record<string, object> = {};
  for (const [name, entry] of all.flatMap((one) => Object.entries(one.integrations))) {
    integrations[name] = { ...integrations[name], ...(entry as object) };
  }
  const systemOf = (request: string) => providers.find(({ requests }) => requests.includes(request))?.systemId;
  return {
    ...{ all, integrations },
    of: (request) => all.find(({ systemId }) => systemId === systemOf(request))!,
    close: () => Promise.all(all.map(({ server }) => server.close())),
  };
}
