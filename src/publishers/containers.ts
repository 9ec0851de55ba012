import {
  type Found,
  type Network,
  OutcomeUnknown,
  type Progress,
  type Published,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { untilSettled } from "./settled.ts";
import { poll } from "./steps.ts";

/**
 * How Instagram and Threads publish: a container is made, Meta fetches its media, and publishing the container makes the
 * post. The container's id is saved before it is published, so that another attempt resumes with it, and an attempt with
 * an unknown outcome can be looked up. A container can be published once, within 24 hours.
 */
export interface ContainerFlow {
  network: Network;
  context: PublisherContext;
  progress: Progress;
  /** Makes the container and resolves to its id. */
  create(): Promise<string>;
  status(id: string): Promise<ContainerStatus>;
  /** Publishes the container and resolves to the post's id. */
  publish(id: string): Promise<string>;
  /** Adds what the network shows of a new post. Never rejects because of the network. */
  describe(postId: string): Promise<Published>;
  /** The newest post since `since` that has the draft's text. */
  lookUp(since: number): Promise<Published | undefined>;
}

export interface ContainerStatus {
  /** IN_PROGRESS, FINISHED, PUBLISHED, ERROR or EXPIRED. */
  state: string;
  reason?: string | undefined;
}

type Saved = Progress["saved"];

export async function publishContainer(flow: ContainerFlow): Promise<Published> {
  const { progress, context } = flow;
  let id = progress.saved["container"];
  const before = id === undefined ? undefined : await statusOf(flow, id);
  if (id !== undefined && (!before || before.state === "PUBLISHED")) {
    const found = await flow.lookUp(startedAt(progress.saved, context.now()));
    if (found) return found;
    if (before) throw new OutcomeUnknown("The container was published in an earlier attempt; the post is not listed.");
  }
  if (id === undefined || !before || before.state === "ERROR" || before.state === "EXPIRED") {
    const startedAt = String(context.now());
    id = await flow.create();
    await progress.save({ ...progress.saved, container: id, startedAt });
  }
  await untilReady(flow, id);
  return flow.describe(await flow.publish(id));
}

/** Resolves once the container can be published. @throws PublishRefused MEDIA, or UNAVAILABLE after two minutes */
export async function untilReady(
  { context, status }: Pick<ContainerFlow, "context" | "status">,
  id: string,
): Promise<void> {
  const last = await poll(context, async () => {
    const now = await status(id);
    return now.state === "IN_PROGRESS" ? undefined : now;
  });
  if (!last) {
    const details = { retryAfterMs: 60_000 };
    throw new PublishRefused("UNAVAILABLE", "The network still prepares the media; try again later.", details);
  }
  if (last.state === "FINISHED") return;
  if (last.state === "EXPIRED") throw new PublishRefused("UNAVAILABLE", "The container has expired; try again.");
  if (last.state === "PUBLISHED") throw new OutcomeUnknown("The container has been published already.");
  throw new PublishRefused("MEDIA", `The network cannot use the media${last.reason ? `: ${last.reason}` : "."}`);
}

export async function findByContainer(flow: ContainerFlow, saved: Saved, attemptedAt: number): Promise<Found> {
  const id = saved["container"];
  if (id === undefined) return "absent";
  const status = await statusOf(flow, id);
  if (status?.state === "ERROR" || status?.state === "EXPIRED") return "absent";
  const found = await flow.lookUp(Math.min(startedAt(saved, attemptedAt), attemptedAt));
  if (found) return found;
  // A published or deleted container without a listed post does not say which post it became.
  return status && status.state !== "PUBLISHED" ? untilSettled(flow.network, attemptedAt, flow.context) : "unknown";
}

/** Undefined if the container no longer exists. */
async function statusOf(flow: ContainerFlow, id: string): Promise<ContainerStatus | undefined> {
  try {
    return await flow.status(id);
  } catch (error) {
    if (error instanceof PublishRefused && error.kind === "GONE") return undefined;
    throw error;
  }
}

function startedAt(saved: Saved, otherwise: number): number {
  const at = Number(saved["startedAt"]);
  return Number.isFinite(at) && at > 0 ? at : otherwise;
}
