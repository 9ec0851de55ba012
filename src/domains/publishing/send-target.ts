import { settingsOf } from "../../config.ts";
import { type AnyPublisher, PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { type PostDocument, type SocialAccountDocument, social, type Target } from "../social/index.ts";
import { usableAccount } from "./credentials.ts";
import type { PublishingParts } from "./parts.ts";
import { draftOf, lookUp, publishOnce } from "./publisher-calls.ts";
import { failed, LOOK_UP_AFTER_MS, outcomeOfRefusal } from "./refusals.ts";
import { ownSettings } from "./settings.ts";
import { beginAttempt, type Outcome, type Place, recordOutcome } from "./targets.ts";
import { type Usable, usable as usableWith } from "./usable.ts";

const REAUTHORIZE = "The network ended the authorization. Connect the account again.";

/** What the targets of one post share while it is sent. */
export interface Sending {
  readonly parts: PublishingParts;
  readonly post: PostDocument;
  readonly account: SocialAccountDocument | undefined;
  readonly leaseMs: number;
}

/**
 * Sends one target of a claimed post, or finds out what happened to an attempt that was interrupted. It is sent at most once:
 * the attempt is on disk before the network is called, and an attempt that is on disk is looked up first.
 *
 * @returns the post as last recorded; undefined if nothing was recorded
 */
export async function sendTarget(sending: Sending, place: Place, target: Target): Promise<PostDocument | undefined> {
  const now = sending.parts.clock.now();
  if (target.status !== "queued" && target.status !== "publishing") return undefined;
  if (target.status === "queued")
    return target.retryAt && target.retryAt.getTime() > now ? undefined : send(sending, place, target);
  if (nextLook(target) > now) return undefined;
  const outcome = await lookUp(sending, place.store, target);
  const post = await recordOutcome(place, target, outcome, now);
  const after = post?.targets[place.index];
  return after?.status === "queued" ? ((await send(sending, place, after)) ?? post) : post;
}

/** When an interrupted attempt is looked up, in milliseconds since 1970. */
export function nextLook({ attemptedAt, retryAt }: Target): number {
  return retryAt?.getTime() ?? (attemptedAt?.getTime() ?? 0) + LOOK_UP_AFTER_MS;
}

async function send(
  sending: Sending,
  place: Place,
  target: Target,
  refused?: SocialAccountDocument,
): Promise<PostDocument | undefined> {
  const { parts, leaseMs } = sending;
  const record = (from: Target, outcome: Outcome) => recordOutcome(place, from, outcome, parts.clock.now());
  const early = refusalBefore(sending, target);
  if ("status" in early) return record(target, early);
  const { publisher } = early;
  const now = parts.clock.now();
  const turn = parts.pacing.turnOf(early.account, sending.post, target, now);
  if (turn > now) {
    return record(target, {
      status: "queued",
      retryAt: turn,
      isPutOff: true,
      ...(target.error && { error: target.error }),
    });
  }
  let usable: Usable;
  try {
    const known = refused ?? early.account;
    usable = await usableAccount(parts, place.store, known, publisher, { areRefused: refused !== undefined });
  } catch (error) {
    if (!(error instanceof PublishRefused)) throw error;
    return record(target, outcomeOfRefusal(error, target, parts.clock.now(), early.account));
  }

  const beganAt = performance.now();
  const attempt = await beginAttempt(place, target, { now: parts.clock.now(), leaseMs });
  if (!attempt) return undefined;
  const current = await reread(parts, place.store, usable);
  if ("status" in current) return record(attempt, current);
  // A process that was stopped for long may have lost the lease without noticing.
  const isLate = place.claim.lost.aborted || performance.now() - beganAt > leaseMs / 2;
  if (isLate) return record(attempt, { status: "queued", retryAt: parts.clock.now() });
  const end = await publishOnce(sending, place, attempt, { ...current, publisher, areRenewed: refused !== undefined });
  if (!("renew" in end)) return record(attempt, end);
  const post = await record(attempt, { status: "queued", retryAt: parts.clock.now() });
  const again = post?.targets[place.index];
  return again?.status === "queued" ? ((await send(sending, place, again, end.renew)) ?? post) : post;
}

/** Why the target is not sent, as far as that is known without a call; else what sends it. */
function refusalBefore(
  { parts, post, account }: Sending,
  target: Target,
): Outcome | { publisher: AnyPublisher; account: SocialAccountDocument } {
  const { clock, config, networks } = parts;
  const { postLateMinutes } = settingsOf(config, ownSettings);
  const isFirst = target.startedAt === undefined;
  if (isFirst && postLateMinutes > 0 && clock.now() > post.scheduledFor.getTime() + postLateMinutes * 60_000) {
    return failed("MISSED", `The post was due more than ${postLateMinutes} minutes ago, so it was not sent.`);
  }
  if (!account || account.status === "disconnected") return failed("NOT_CONNECTED", "The account is not connected.");
  if (account.status === "reauth_required") return failed("TOKEN", REAUTHORIZE);
  const publisher = networks.publisherOf(target.network);
  if (!publisher) return failed("NOT_CONFIGURED", `Posts cannot be sent to ${target.network}.`);
  const [problem] = publisher.check(draftOf(post, target));
  return problem ? failed(problem.code, problem.message) : { publisher, account };
}

/** The account as it is once the attempt is on disk: a disconnect committed before then is respected. */
async function reread(parts: PublishingParts, store: Store, usable: Usable): Promise<Outcome | Usable> {
  const { account } = usable;
  const current = await social(store).accounts.findOne({ _id: account._id });
  if (!current || current.status === "disconnected") return failed("NOT_CONNECTED", "The account is not connected.");
  if (current.status === "reauth_required") return failed("TOKEN", REAUTHORIZE);
  if (current.credentials === account.credentials) return { ...usable, account: current };
  const credentials = await parts.secrets.credentialsOf(store, current);
  if (!credentials) return failed("NOT_CONFIGURED", "This server cannot read the account's credentials.");
  return usableWith(current, credentials);
}
