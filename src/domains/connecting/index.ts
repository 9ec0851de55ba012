import { defineDomain } from "../../kernel/domain.ts";
import { AccountsService } from "../accounts/index.ts";
import { Publishing } from "../publishing/index.ts";
import { Connecting } from "./service.ts";

/** Connecting social accounts: links that an API key gives to a user, and the way to a network's consent and back. */
export const connectingDomain = defineDomain({
  name: "connecting",
  collections: [
    {
      name: "connectSession",
      indexes: [
        [{ tokenHash: 1 }, { unique: true }],
        [{ removeAt: 1 }, { expireAfterSeconds: 0 }],
      ],
    },
    { name: "connectAttempt", indexes: [[{ removeAt: 1 }, { expireAfterSeconds: 0 }]] },
  ],
  service: {
    class: Connecting,
    make(kernel) {
      const publishing = kernel.service(Publishing);
      return new Connecting(kernel, {
        tokens: kernel.service(AccountsService).linkTokens,
        seal: (credentials, account) => publishing.seal(credentials, account),
        context: (consumer) => publishing.context(consumer),
      });
    },
  },
});

export type { ConnectSessionDocument, Outcome } from "./collections.ts";
export { disconnectOnPage } from "./disconnect.ts";
export type { Callback } from "./exchange.ts";
export { ConnectFailed, type Place } from "./failures.ts";
export { type CheckedReturn, checkReturnUrl } from "./return-url.ts";
export type { ConsumerPair } from "./secrets.ts";
export { Connecting } from "./service.ts";
export { findSession, outcomeOf, revokeSession } from "./sessions.ts";
export { isBrowser, newBrowser, stageOfSession, stageOfState } from "./tokens.ts";
export type { OpenSession, Progress, Visitor } from "./visit.ts";
export { nameOfNetwork } from "./ways.ts";
