/** Ayrshare's codes for what a network said of a post, in its API and in its webhooks. */

const AUTHORIZATION: Record<string, number> = { facebook: 161, twitter: 272 };
const DUPLICATE: Record<string, number> = { facebook: 107, twitter: 110 };
const MEDIA: Record<string, number> = { instagram: 138, facebook: 479, threads: 479 };
const FACEBOOK_UNCLEAR = 108;
const NOT_LINKED = 156;

/**
 * Where Ayrshare has no code, or none is known, the nearest HTTP status.
 * @param code of a `TargetError`
 */
export function ayrshareCodeOf(network: string, code: string): number {
  switch (code) {
    case "TOKEN":
      return AUTHORIZATION[network] ?? 401;
    case "PERMISSION":
      return 403;
    case "DUPLICATE":
      return DUPLICATE[network] ?? 400;
    case "MEDIA":
      return MEDIA[network] ?? 400;
    case "NOT_CONNECTED":
      return NOT_LINKED;
    case "GONE":
      return 404;
    case "RATE":
      return 429;
    case "UNAVAILABLE":
      return 503;
    case "NOT_CONFIGURED":
    case "MISSED":
      return 500;
    case "OUTCOME_UNKNOWN":
      return network === "facebook" ? FACEBOOK_UNCLEAR : 500;
    default:
      return 400;
  }
}
