import type { Stage } from "../../game/game.ts";
import type {
  Credentials,
  Network,
  NetworkProfile,
  PublisherContext,
  TokenConnecting,
} from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import type { LinkTokens } from "../accounts/index.ts";
import type { SocialAccountDocument } from "../social/index.ts";
import type { ConnectSessionDocument } from "./collections.ts";
import type { ConsumerPair } from "./secrets.ts";

export interface ConnectingParts {
  tokens: Pick<LinkTokens, "openText" | "sealText">;
  seal(
    credentials: Credentials,
    account: Pick<SocialAccountDocument, "profileId" | "platform" | "externalId">,
  ): Promise<string>;
  context(consumer?: ConsumerPair): PublisherContext;
}

/** A browser at one of the pages. */
export interface Visitor {
  store: Store;
  stage: Stage;
  /** The random text of its cookie. */
  browser: string;
  /** Of the server as the browser reaches it. */
  baseUrl: string;
}

/** A session that a visitor may use, and its URL's token. */
export interface OpenSession {
  session: ConnectSessionDocument;
  token: string;
}

/** How far an attempt came. */
export type Progress =
  | { at: "network"; url: URL }
  | { at: "form"; way: TokenConnecting<unknown> }
  | { at: "choice"; attemptId: string; found: readonly NetworkProfile[] }
  | { at: "end"; account: SocialAccountDocument };

export type Chosen = Progress & { place: OpenSession; network: Network };
