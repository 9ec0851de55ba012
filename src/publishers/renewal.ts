import {
  type AnyPublisher,
  type Credentials,
  type NetworkAccount,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";

/** Tokens that expire sooner are renewed before they are used. */
const MARGIN_MS = 5 * 60_000;

/**
 * Makes a call with credentials that work: renews them first if they expire soon, and once more, with a second call, if
 * the network refuses the access token alone, which it does before it publishes anything. If renewing fails for any
 * reason but the end of the grant, credentials that have not expired are used as they are.
 *
 * Networks invalidate a refresh token when it is used, so an account must not be renewed twice at a time: hold its lock.
 *
 * @param save resolves when renewed credentials are on disk; they are used only then
 * @throws PublishRefused TOKEN if the grant has ended
 */
export async function withRenewal<S extends object, T>(
  publisher: AnyPublisher,
  settings: S,
  account: NetworkAccount,
  context: PublisherContext,
  save: (credentials: Credentials) => Promise<void>,
  call: (account: NetworkAccount) => Promise<T>,
): Promise<T> {
  const { refresh } = publisher;
  if (!refresh) return call(account);
  const renew = async (): Promise<Credentials> => {
    const { expiresAt: _, ...kept } = account.credentials;
    const credentials = { ...kept, ...(await refresh(settings, account, context)) };
    await save(credentials);
    return credentials;
  };
  const { expiresAt } = account.credentials;
  if (expiresAt !== undefined && expiresAt - MARGIN_MS <= context.now()) {
    const credentials = await renew().catch((error: unknown) => {
      const isNetworks = error instanceof OutcomeUnknown || (error instanceof PublishRefused && error.kind !== "TOKEN");
      if (isNetworks && expiresAt > context.now()) return undefined;
      throw error;
    });
    if (credentials) return call({ ...account, credentials });
  }
  try {
    return await call(account);
  } catch (error) {
    if (!(error instanceof PublishRefused && error.kind === "TOKEN" && error.canRenew)) throw error;
    return call({ ...account, credentials: await renew() });
  }
}
