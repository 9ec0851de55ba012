import { Connecting, nameOfNetwork } from "../../../domains/connecting/index.ts";
import type { ProfileDocument } from "../../../domains/social/index.ts";
import type { Network } from "../../../publishers/publisher.ts";
import type { Reply, RouteContext } from "../../route.ts";
import { isoOf } from "../fields.ts";
import { conflict, permittedReturn, STATE_MS } from "./fields.ts";

/** Creates the session of one connection. It ends with its first outcome. @throws ApiRefusal, ProblemError */
export async function oauthSession(
  context: RouteContext,
  profile: ProfileDocument,
  { network, returnUrl, accountId }: { network: Network; returnUrl: string; accountId?: string },
): Promise<Reply<{ authorizeUrl: string; state: string; expiresAt: string }>> {
  const { kernel, store, stage, key, baseUrl } = context;
  const connecting = kernel.service(Connecting);
  const url = permittedReturn(context, returnUrl);
  const name = nameOfNetwork(network);
  if (profile.disabledNetworks.includes(network)) {
    throw conflict(`The project's profile disabled ${name}.`, { platform: network });
  }
  const setting = connecting.missing(network);
  if (setting !== undefined) {
    const message = `${name} is not set up on this server. Its operator must set ${setting}.`;
    throw conflict(message, { platform: network, setting });
  }
  const { session, token } = await connecting.createSession(store, stage, key, profile, {
    api: "layers",
    networks: [network],
    mode: "connect",
    returnUrl: url,
    lifeMs: STATE_MS,
    isExclusive: false,
    isSingleUse: true,
    accountId,
  });
  const authorizeUrl = `${baseUrl}/connect/session/${token}`;
  return { body: { authorizeUrl, state: session._id, expiresAt: isoOf(session.expires)! } };
}
