import type { Actor } from "../../kernel/actor.ts";
import { OutcomeUnknown, PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import {
  type PostDocument,
  recordPost,
  requireReauthorization,
  type SocialAccountDocument,
  social,
  type Target,
} from "../social/index.ts";
import { withContext } from "./context.ts";
import { withUsableAccount } from "./credentials.ts";
import type { PublishingParts } from "./parts.ts";
import { persistently } from "./persistently.ts";
import type { ConsumerPair } from "./secrets.ts";

/** After a crash in between, the post may be deleted again: deleting what is gone succeeds. */
const STALE_MS = 120_000;
const STILL_THERE: readonly Target["status"][] = ["queued", "publishing", "published", "unknown", "deleting"];

export interface Deletion {
  by: Actor;
  now: number;
  consumer?: ConsumerPair | undefined;
}

export interface DeletionResult {
  network: Target["network"];
  accountId: string;
  result: "deleted" | "not supported" | PublishRefused | OutcomeUnknown;
}

/** See `Publishing.deletePublished`. Costs a write before and a transaction after each call. */
export async function deletePublished(
  store: Store,
  { _id }: Pick<PostDocument, "_id">,
  deletion: Deletion,
  parts: PublishingParts,
): Promise<DeletionResult[]> {
  const post = await social(store).posts.findOne({ _id });
  const work = (post?.targets ?? []).map(async (target, index): Promise<DeletionResult[]> => {
    if (target.status !== "published" && target.status !== "deleting") return [];
    const { network, accountId } = target;
    return [{ network, accountId, result: await deleteTarget(store, { _id, index, target }, deletion, parts) }];
  });
  return (await Promise.all(work)).flat();
}

async function deleteTarget(
  store: Store,
  { _id, index, target }: { _id: string; index: number; target: Target },
  { by, now, consumer }: Deletion,
  parts: PublishingParts,
): Promise<DeletionResult["result"]> {
  const publisher = parts.networks.publisherOf(target.network);
  if (!publisher?.delete || target.externalId === undefined) return "not supported";
  const account = await social(store).accounts.findOne({ _id: target.accountId });
  if (!account || account.status === "disconnected")
    return new PublishRefused("TOKEN", "The account is not connected.");
  const mark = await beginDeleting(store, { _id, index }, now);
  if (!mark) return new PublishRefused("UNAVAILABLE", "The post is being deleted, or was deleted, by another request.");
  const { externalId: id, externalUrl: url, extra } = target;
  let result: DeletionResult["result"] = "deleted";
  try {
    const published = { id, ...(url !== undefined && { url }), ...(extra && { extra }) };
    await withUsableAccount(parts, store, account, publisher, ({ networkAccount, consumer: own }) =>
      withContext(parts, consumer ?? own, (context) =>
        publisher.delete!(parts.networks.settings, networkAccount, published, context),
      ),
    );
  } catch (error) {
    if (error instanceof PublishRefused && error.kind === "GONE") result = "deleted";
    else if (error instanceof PublishRefused || error instanceof OutcomeUnknown) result = error;
    else {
      parts.log.error({ err: error, post: _id, network: target.network }, "deleting a post failed unexpectedly");
      result = new OutcomeUnknown("Deleting the post failed unexpectedly.");
    }
  }
  await endDeleting(store, { _id, index, mark }, result, { by, now, account, isOwnApp: consumer === undefined });
  return result;
}

/** Returns when this caller began to delete the target; undefined if another one did. */
async function beginDeleting(store: Store, { _id, index }: { _id: string; index: number }, now: number) {
  const at = `targets.${index}`;
  const mark = new Date(now);
  const free = [
    { [`${at}.status`]: "published" },
    { [`${at}.status`]: "deleting", [`${at}.deletingAt`]: { $lte: new Date(now - STALE_MS) } },
  ];
  const { matchedCount } = await social(store).posts.updateOne(
    { _id, $or: free },
    { $set: { [`${at}.status`]: "deleting", [`${at}.deletingAt`]: mark } },
  );
  return matchedCount > 0 ? mark : undefined;
}

function endDeleting(
  store: Store,
  { _id, index, mark }: { _id: string; index: number; mark: Date },
  result: DeletionResult["result"],
  { by, now, account, isOwnApp }: { by: Actor; now: number; account: SocialAccountDocument; isOwnApp: boolean },
): Promise<void> {
  return persistently(() =>
    store.transaction(async (tx) => {
      const { posts } = social(tx);
      const post = await posts.findOne({ _id });
      const target = post?.targets[index];
      if (!post || target?.status !== "deleting" || target.deletingAt?.getTime() !== mark.getTime()) return;
      const status = result === "deleted" ? "deleted" : "published";
      const targets = post.targets.with(index, { ...target, status });
      const isGone = status === "deleted" && !targets.some((each) => STILL_THERE.includes(each.status));
      const at = `targets.${index}`;
      await posts.updateOne(
        { _id },
        {
          $set: { [`${at}.status`]: status, updatedAt: new Date(now), ...(isGone && { status: "deleted" }) },
          $unset: { [`${at}.deletingAt`]: "" },
        },
      );
      if (isGone) await recordPost(tx, { ...post, targets }, "post.deleted", { by, now });
      if (isOwnApp && result instanceof PublishRefused && result.kind === "TOKEN")
        await requireReauthorization(tx, account, now);
    }),
  );
}
