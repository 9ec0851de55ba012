import { settingsOf } from "../../config.ts";
import type { Stage } from "../../game/game.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { NetworkCalls } from "../../publishers/calls.ts";
import type {
  AnyPublisher,
  Credentials,
  Draft,
  Network,
  PublisherContext,
  PublishProblem,
} from "../../publishers/publisher.ts";
import { Semaphore } from "../../queues/semaphore.ts";
import type { Documents, Store } from "../../store/store.ts";
import type { LinkGrants, LinkTokens } from "../accounts/index.ts";
import {
  type CredentialRevocationDocument,
  type PostDocument,
  type SocialAccountDocument,
  social,
  type Target,
  type WebhookDeliveryDocument,
} from "../social/index.ts";
import { publisherContext } from "./context.ts";
import { type Deletion, type DeletionResult, deletePublished } from "./delete-published.ts";
import { findPublished } from "./find-published.ts";
import { Networks } from "./networks.ts";
import { checkedOptions } from "./options.ts";
import { Pacing } from "./pacing.ts";
import type { PublishingParts } from "./parts.ts";
import { credentialRenewals, type RenewalJob } from "./renewals.ts";
import { credentialRevocations } from "./revocations.ts";
import { type AccountKey, type ConsumerPair, Secrets } from "./secrets.ts";
import { socialPostJobs } from "./send-post.ts";
import { ownSettings } from "./settings.ts";
import type { StoredCredentials } from "./usable.ts";
import { webhookDeliveries } from "./webhook-deliveries.ts";

export type PublishingNeeds = Pick<Kernel, "clock" | "config" | "jobs" | "locks" | "log" | "outgoing"> & {
  stores: Pick<Kernel["stores"], "opened">;
};

export interface PublishingOptions {
  tokens: Pick<LinkTokens, "openText" | "sealText">;
  links: Pick<LinkGrants, "linkOf" | "open" | "refresh" | "grantOf">;
  /** By default, those of `src/publishers`. */
  publishers?: readonly AnyPublisher[];
}

/** Sends social posts when they are due, and delivers webhooks. */
export class Publishing {
  readonly jobs: readonly [
    JobKind<PostDocument>,
    JobKind<WebhookDeliveryDocument>,
    JobKind<CredentialRevocationDocument>,
    JobKind<RenewalJob>,
  ];
  readonly #kernel: PublishingNeeds;
  readonly #parts: PublishingParts;

  constructor(kernel: PublishingNeeds, { tokens, links, publishers }: PublishingOptions) {
    const { clock, config, locks, log, outgoing } = kernel;
    const { mediaPostsAtOnce, publishTimeoutMs } = settingsOf(config, ownSettings);
    const parts: PublishingParts = {
      ...{ clock, config, locks, log, outgoing },
      networks: new Networks(config, publishers),
      secrets: new Secrets(tokens, links),
      links,
      pacing: new Pacing(),
      calls: new NetworkCalls({
        timeoutMs: publishTimeoutMs,
        privateNetworks: config.scriptHttpPrivateNetworks,
      }),
      mediaSlots: new Semaphore(mediaPostsAtOnce),
    };
    this.#kernel = kernel;
    this.#parts = parts;
    this.jobs = [
      socialPostJobs(parts),
      webhookDeliveries(parts),
      credentialRevocations(parts),
      credentialRenewals(parts),
    ];
  }

  /** What the network would refuse; empty if the draft may be sent. Makes no calls. */
  check(network: Network, draft: Pick<Draft, "text" | "media" | "options">): PublishProblem[] {
    return this.#parts.networks.publisherOf(network)?.check(draft) ?? [];
  }

  /**
   * A client's options for the network, without unknown members.
   * @throws PublishRefused CONTENT if one has an invalid value
   */
  optionsOf(network: Network, value: unknown): Record<string, unknown> {
    const publisher = this.#parts.networks.publisherOf(network);
    return publisher ? checkedOptions(publisher, value) : {};
  }

  /** For `createPost`: this process will send the post with `sendNow` once it is on disk. */
  claimed(): { due: Date; claim: string; attempts: number } {
    return this.#kernel.jobs.claimed(this.jobs[0] as unknown as JobKind);
  }

  /**
   * Sends a post that was created with `claimed`. Resolves to the post as it is once it was sent, or once
   * `publishTimeoutMs` have passed; sending then continues in the background.
   */
  async sendNow(stage: Stage, post: PostDocument): Promise<PostDocument> {
    const { publishTimeoutMs } = settingsOf(this.#kernel.config, ownSettings);
    const [kind] = this.jobs;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, publishTimeoutMs);
    await Promise.race([this.#kernel.jobs.start(kind, stage, post), late.promise]);
    clearTimeout(timer);
    const store = this.#kernel.stores.opened(stage);
    return (store && (await social(store).posts.findOne({ _id: post._id }))) ?? post;
  }

  /**
   * Deletes the published parts of a post at their networks, one call for each, and records it. Two callers at the same
   * time make one call. Not in a transaction.
   */
  deletePublished(store: Store, post: PostDocument, deletion: Deletion): Promise<DeletionResult[]> {
    return deletePublished(store, post, deletion, this.#parts);
  }

  /**
   * The networks that still show a published part of the post, as far as they can be asked; deletes nothing. Costs one call to
   * each network that has one for it. Not in a transaction.
   */
  findPublished(store: Store, post: PostDocument, consumer?: ConsumerPair): Promise<Target["network"][]> {
    return findPublished(store, post, consumer, this.#parts);
  }

  /**
   * For `connectAccount`.
   * @throws PublishRefused NOT_CONFIGURED if this server has no key to store tokens with
   */
  seal(credentials: Credentials, account: AccountKey): Promise<string> {
    return this.#parts.secrets.sealCredentials(credentials, account);
  }

  /** The account's credentials; for a player's link, those of the link. Undefined if none are stored or readable. */
  open(documents: Documents, account: SocialAccountDocument): Promise<StoredCredentials | undefined> {
    return this.#parts.secrets.credentialsOf(documents, account);
  }

  /** For `createPost`. @throws PublishRefused NOT_CONFIGURED */
  sealConsumer(pair: ConsumerPair): Promise<string> {
    return this.#parts.secrets.sealConsumer(pair);
  }

  /**
   * For `WebhookDocument.secret`.
   * @param webhook its `_id`
   * @throws PublishRefused NOT_CONFIGURED
   */
  sealWebhookSecret(secret: string, webhook: string): Promise<string> {
    return this.#parts.secrets.sealWebhookSecret(secret, webhook);
  }

  /** For one call of a publisher outside of posts, such as connecting an account. */
  context(consumer?: ConsumerPair): PublisherContext {
    return publisherContext({ ...this.#parts, mediaSlots: new Semaphore(1) }, consumer).context;
  }

  /** The server's settings, of which each publisher reads its own. */
  get settings(): Record<string, unknown> {
    return this.#parts.networks.settings;
  }
}
