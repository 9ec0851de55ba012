import type { Network, OAuth1Connecting, OAuth2Connecting, PublisherContext } from "../../publishers/publisher.ts";
import { addAttempt, attemptOfRequestToken, attemptOfState } from "./attempts.ts";
import type { ConnectSecrets } from "./secrets.ts";
import { challengeOf, hashOf, newState, newVerifier } from "./tokens.ts";
import type { OpenSession, Visitor } from "./visit.ts";

/** Stores an attempt for this browser. Resolves to the network's consent page. @throws what the publisher throws */
export async function leave(
  { store, stage, browser, baseUrl }: Visitor,
  { session, token }: OpenSession,
  network: Network,
  way: OAuth1Connecting<unknown> | OAuth2Connecting<unknown>,
  context: PublisherContext,
  { settings, secrets: sealer, now }: { settings: unknown; secrets: ConnectSecrets; now: number },
): Promise<URL> {
  const redirectUri = `${baseUrl}/connect/${network}/callback`;
  const attempt = { network, browserHash: hashOf(browser), redirectUri };
  if (way.kind === "oauth1") {
    const begun = await way.begin(settings, { callbackUrl: redirectUri }, context);
    const secrets = { token, requestToken: begun.token, requestSecret: begun.tokenSecret };
    const id = attemptOfRequestToken(network, begun.token);
    await addAttempt(store, sealer, id, session, { ...attempt, secrets }, now);
    return begun.authorizeUrl;
  }
  const [state, verifier] = [newState(stage), newVerifier()];
  const url = way.authorizeUrl(settings, { redirectUri, state, challenge: challengeOf(verifier) });
  await addAttempt(store, sealer, attemptOfState(state), session, { ...attempt, secrets: { token, verifier } }, now);
  return url;
}
