import { defineDomain } from "../../kernel/domain.ts";
import { AccountsService } from "../accounts/index.ts";
import { Publishing } from "./service.ts";
import { publishingSettings } from "./settings.ts";

/** Sends the posts of `social` to the networks and delivers its webhooks. */
export const publishingDomain = defineDomain({
  name: "publishing",
  settings: publishingSettings,
  service: {
    class: Publishing,
    make(kernel) {
      const { linkTokens, linkGrants } = kernel.service(AccountsService);
      return new Publishing(kernel, { tokens: linkTokens, links: linkGrants });
    },
  },
});

export { ayrshareCodeOf } from "./ayrshare-codes.ts";
export type { Deletion, DeletionResult } from "./delete-published.ts";
export type { AccountKey, ConsumerPair } from "./secrets.ts";
export { Publishing } from "./service.ts";
