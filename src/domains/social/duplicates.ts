import { createHash } from "node:crypto";
import { guard } from "../../store/guard.ts";
import type { Documents, Filter } from "../../store/store.ts";
import { social, type TargetStatus } from "./collections.ts";
import type { Platform } from "./platforms.ts";
import { SocialRefused } from "./refused.ts";

const DAY_MS = 86_400_000;
const NEVER: readonly TargetStatus[] = ["failed", "canceled", "deleted"];

/**
 * Refuses a text that the profile has on the same network within a day before or after. A part of a post counts unless it
 * failed, was canceled or was deleted, whatever happened to the other parts. Call in a transaction. Costs one indexed read.
 * @throws SocialRefused DUPLICATE with the post and the networks
 */
export async function refuseRepeated(
  tx: Documents,
  profileId: string,
  checked: readonly { platform: Platform; digest: string }[],
  scheduledFor: number,
): Promise<void> {
  if (checked.length === 0) return;
  await guard(tx, `posts of ${profileId}`);
  const filter: Filter = {
    digests: { $in: checked.map(({ digest }) => digest) },
    status: { $nin: ["canceled", "deleted"] },
    targets: { $elemMatch: { status: { $nin: NEVER } } },
    scheduledFor: { $gte: new Date(scheduledFor - DAY_MS), $lte: new Date(scheduledFor + DAY_MS) },
  };
  const projection = { digests: 1, "targets.status": 1 } as const;
  const posts = await social(tx).posts.find(filter, { projection }).toArray();
  for (const { _id: postId, digests = [], targets } of posts) {
    const counted = new Set(digests.filter((_, i) => !NEVER.includes(targets[i]!.status)));
    const platforms = checked.filter(({ digest }) => counted.has(digest)).map(({ platform }) => platform);
    if (platforms.length > 0)
      throw new SocialRefused("DUPLICATE", "The same text was posted within a day.", { postId, platforms });
  }
}

/**
 * One for each target, in order; equal for the same text of a profile on a network, apart from case and white space.
 * Normalizing a long text takes tens of milliseconds, so each text is normalized once.
 */
export function digestsOf(
  profileId: string,
  common: string,
  targets: readonly { network: Platform; text?: string | undefined }[],
): string[] {
  const normal = new Map<string, string>();
  return targets.map(({ network, text = common }) => {
    const known = normal.get(text) ?? text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
    normal.set(text, known);
    return createHash("sha256").update(`${profileId}\0${network}\0${known}`).digest("base64url");
  });
}
