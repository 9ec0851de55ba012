import type { PostDocument } from "../social/index.ts";
import { ayrshareCodeOf } from "./ayrshare-codes.ts";

/** The members of the webhook event "scheduled" that describe a post which is final. */
export function scheduledEvent({ _id, status, targets }: PostDocument): Record<string, unknown> {
  return {
    status: status === "published" ? "success" : "error",
    id: _id,
    errors: targets.flatMap(({ network, error }) =>
      error
        ? [
            {
              action: "post",
              status: "error",
              code: ayrshareCodeOf(network, error.code),
              message: error.message,
              platform: network,
            },
          ]
        : [],
    ),
    postIds: targets.flatMap(({ status: at, network, externalId, externalUrl, extra }) =>
      at === "published"
        ? [
            {
              status: "success",
              id: externalId,
              ...(externalUrl !== undefined && { postUrl: externalUrl }),
              platform: network,
              ...extra,
            },
          ]
        : [],
    ),
  };
}
