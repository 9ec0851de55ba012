import { isRetryable, type PostDocument, type Target, type TargetError } from "../../domains/social/index.ts";
import { CODES, notLinked } from "./errors.ts";
import { type NetworkError, networkError } from "./parts.ts";

const AUTHORIZATION: Record<string, number> = {
  facebook: CODES.FACEBOOK_AUTHORIZATION,
  twitter: CODES.X_AUTHORIZATION,
};
const DUPLICATE: Record<string, number> = { facebook: CODES.FACEBOOK_DUPLICATE, twitter: CODES.X_DUPLICATE };
const MEDIA: Record<string, number> = {
  instagram: CODES.INSTAGRAM_MEDIA,
  facebook: CODES.META_DOWNLOAD,
  threads: CODES.META_DOWNLOAD,
};

/** Ayrshare's code for what a network said; where it has none, the nearest HTTP status. */
export function codeOf(network: string, code: string): number {
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
      return CODES.NOT_LINKED;
    case "RATE":
      return 429;
    case "UNAVAILABLE":
      return 503;
    case "NOT_CONFIGURED":
    case "MISSED":
      return 500;
    case "OUTCOME_UNKNOWN":
      return network === "facebook" ? CODES.FACEBOOK_UNCLEAR : 500;
    case "GONE":
      return 404;
    default:
      return 400;
  }
}

/** An error of an answer's `errors`. `retryAvailable` as PUT /post/retry accepts it. */
export interface PostError extends NetworkError {
  post?: string;
  retryAvailable?: boolean;
  details?: string;
}

/** What failed: networks that were refused before the post was stored, and those that failed when it was sent. */
export function errorsOf(post: PostDocument): PostError[] {
  const before = (post.view?.["errors"] as NetworkError[] | undefined) ?? [];
  return [...before, ...post.targets.flatMap((target) => errorOf(post, target))];
}

function errorOf(post: PostDocument, target: Target): PostError[] {
  const { network, status, error = fallback(network, status) } = target;
  if (!error || !["failed", "unknown", "canceled"].includes(status)) return [];
  const text = target.text ?? post.text;
  const retryAvailable = status === "failed" && !post.retriedAt && isRetryable(error);
  return [
    {
      ...networkError(network, codeOf(network, error.code), error.message),
      ...(text !== "" && { post: text }),
      ...(retryAvailable && { retryAvailable }),
      ...(error.networkCode !== undefined && { details: error.networkCode }),
    },
  ];
}

function fallback(network: string, status: Target["status"]): TargetError | undefined {
  if (status === "canceled") return { code: "NOT_CONNECTED", message: notLinked(network) };
  if (status !== "unknown") return undefined;
  return { code: "OUTCOME_UNKNOWN", message: "The network did not say whether it published the post. Look there." };
}
