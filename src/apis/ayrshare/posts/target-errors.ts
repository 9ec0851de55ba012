import { ayrshareCodeOf } from "../../../domains/publishing/index.ts";
import { isRetryable, type PostDocument, type Target, type TargetError } from "../../../domains/social/index.ts";
import { notLinked } from "../errors.ts";
import { type NetworkError, networkError } from "./parts.ts";

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
      ...networkError(network, ayrshareCodeOf(network, error.code), error.message),
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
