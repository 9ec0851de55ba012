import { type Static, Type } from "@sinclair/typebox";
import {
  ConnectFailed,
  Connecting,
  type ConsumerPair,
  checkReturnUrl,
  nameOfNetwork,
  type OpenSession,
} from "../../../domains/connecting/index.ts";
import type { ProfileDocument } from "../../../domains/social/index.ts";
import { isNetwork } from "../../../publishers/index.ts";
import type { Network } from "../../../publishers/publisher.ts";
import { ApiRefusal } from "../../problem.ts";
import type { RouteContext, RouteError } from "../../route.ts";
import { badPlatform, CODES, forbidden, refusal } from "../errors.ts";
import { consumerIn } from "../posts/consumer.ts";

/** Of sessions. */
export const SESSION_CODES = { REVOKED: 501, UNKNOWN: 502, EXPIRED: 503 } as const;

const DEFAULT_MINUTES = 5;

/** What both calls that create a URL take. */
export const sessionMembers = {
  redirect: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description: "Where the button Done leads. Its host must be one of the key's `returnHosts`.",
    }),
  ),
  allowedSocial: Type.Optional(
    Type.Array(Type.String({ maxLength: 40 }), {
      maxItems: 50,
      description:
        "The networks that the page shows; those that are not set up on the server are left out. All by default.",
    }),
  ),
  expiresIn: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2_880,
      default: DEFAULT_MINUTES,
      description: "Minutes until the URL can no longer be opened. A browser that opened it has an hour more.",
      wanted: "a number of minutes from 1 to 2880",
    }),
  ),
  domain: Type.Optional(Type.String({ maxLength: 200, description: "Repeated in the URL, and otherwise ignored." })),
  logout: Type.Optional(Type.Unknown({ description: "Ignored: each URL is a session of its own." })),
  twitterApiKey: Type.Optional(
    Type.String({
      maxLength: 500,
      description: "Instead of the header X-Twitter-OAuth1-Api-Key, as older clients send it.",
    }),
  ),
  twitterApiSecret: Type.Optional(
    Type.String({ maxLength: 500, description: "Instead of the header X-Twitter-OAuth1-Api-Secret." }),
  ),
};
const Members = Type.Object(sessionMembers);

export const sessionErrors: readonly RouteError[] = [
  { status: 400, code: CODES.PLATFORM, meaning: "A network is unknown, or none of those asked for can be connected." },
  { status: 400, code: 400, meaning: "Only one of the two X keys was sent, or `redirect` is not an https URL." },
  { status: 403, code: 403, meaning: "The key does not permit the host of `redirect`; the message says what to add." },
];

/**
 * Creates a session for a profile. An account replaces the profile's other one of its network.
 * @throws ApiRefusal
 */
export async function linkSession(
  context: RouteContext,
  profile: ProfileDocument,
  body: Static<typeof Members>,
  mode: { mode: "grid" } | { mode: "connect"; network: Network },
): Promise<OpenSession & { url: string; minutes: number }> {
  const { kernel, store, stage, key, baseUrl } = context;
  const consumer = consumerOf(context, body);
  const connecting = kernel.service(Connecting);
  const minutes = body.expiresIn ?? DEFAULT_MINUTES;
  const networks = networksOf(connecting.networksOf(profile, consumer !== undefined), body.allowedSocial, mode);
  try {
    const open = await connecting.createSession(store, stage, key, profile, {
      api: "ayrshare",
      networks,
      mode: mode.mode,
      returnUrl: body.redirect === undefined ? undefined : permitted(context, body.redirect),
      lifeMs: minutes * 60_000,
      isExclusive: true,
      isSingleUse: false,
      consumer,
    });
    // Clients append further parameters.
    const url = `${baseUrl}/connect/session/${open.token}?${new URLSearchParams({ domain: body.domain ?? "" })}`;
    return { ...open, url, minutes };
  } catch (error) {
    if (error instanceof ConnectFailed) throw new ApiRefusal(500, 500, error.what);
    throw error;
  }
}

function networksOf(
  available: readonly Network[],
  allowed: readonly string[] | undefined,
  mode: Parameters<typeof linkSession>[3],
): Network[] {
  if (mode.mode === "connect") {
    const { network } = mode;
    const isAllowed = available.includes(network) && (allowed?.includes(network) ?? true);
    if (!isAllowed) throw badPlatform(`${nameOfNetwork(network)} is not set up on this server, or not allowed.`);
    return [network];
  }
  const networks = available.filter((network) => allowed?.includes(network) ?? true);
  if (networks.length === 0) {
    throw badPlatform(
      allowed?.some(isNetwork) === false
        ? "allowedSocial names no network of this server."
        : "None of these networks is set up on this server, or the profile disabled them.",
    );
  }
  return networks;
}

function permitted({ key }: RouteContext, redirect: string): string {
  const checked = checkReturnUrl(redirect, key.returnHosts);
  if ("url" in checked) return checked.url;
  throw checked.host === undefined ? refusal(400, `redirect: ${checked.refused}`) : forbidden(checked.refused);
}

function consumerOf(context: RouteContext, body: Static<typeof Members>): ConsumerPair | undefined {
  const sent = consumerIn(context);
  const { twitterApiKey: key, twitterApiSecret: secret } = body;
  if (sent || (!key && !secret)) return sent;
  if (!key) throw refusal(400, "The member twitterApiKey is missing. Send both twitterApiKey and twitterApiSecret.");
  if (!secret)
    throw refusal(400, "The member twitterApiSecret is missing. Send both twitterApiKey and twitterApiSecret.");
  return { key, secret };
}
