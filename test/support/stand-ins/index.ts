import { startFacebookStandIn } from "../../../examples/starter/stand-ins/facebook.ts";
import { startAmazonStandIn } from "./amazon.ts";
import { startGameCenterStandIn } from "./game-center.ts";
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

/** One for each provider. */
export const standIns: readonly StartStandIn[] = [amazon, facebook, gameCenter];
