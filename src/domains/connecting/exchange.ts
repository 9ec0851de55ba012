import type { Connecting, NetworkProfile, PublisherContext } from "../../publishers/publisher.ts";
import type { TakenAttempt } from "./attempts.ts";
import { ConnectFailed, type FailureDetails } from "./failures.ts";

/** What a callback brought. */
export type Callback =
  | { kind: "oauth2"; state: string; code: string | undefined; error: string | undefined }
  | { kind: "oauth1"; requestToken: string; verifier: string | undefined; denied: boolean };

/** The accounts of a consent. @throws what the publisher throws; ConnectFailed DENIED, NETWORK_ERROR, NETWORK_SILENT */
export async function exchange(
  way: Connecting<unknown>,
  settings: unknown,
  callback: Callback,
  { attempt, secrets }: TakenAttempt,
  context: PublisherContext,
  details: FailureDetails,
): Promise<NetworkProfile[]> {
  if (callback.kind === "oauth2" && way.kind === "oauth2") {
    const { code, error } = callback;
    if (error !== undefined) {
      const isDenied = /^(access_denied|user_cancelled_login|user_cancelled_authorize|user_denied)$/.test(error);
      const reason = /^[\w.-]{1,60}$/.test(error) ? `It says: ${error}.` : undefined;
      throw new ConnectFailed(isDenied ? "DENIED" : "NETWORK_ERROR", isDenied ? details : { ...details, reason });
    }
    if (!code || secrets.verifier === undefined) throw new ConnectFailed("NETWORK_SILENT", details);
    const grant = { code, verifier: secrets.verifier, redirectUri: attempt.redirectUri };
    return way.exchange(settings, grant, context);
  }
  if (callback.kind === "oauth1" && way.kind === "oauth1") {
    const { verifier, denied } = callback;
    if (denied) throw new ConnectFailed("DENIED", details);
    const { requestToken, requestSecret } = secrets;
    if (!verifier || requestToken === undefined || requestSecret === undefined) {
      throw new ConnectFailed("NETWORK_SILENT", details);
    }
    return way.exchange(settings, { token: requestToken, tokenSecret: requestSecret, verifier }, context);
  }
  throw new ConnectFailed("UNKNOWN_STATE", details);
}
