import { type Static, Type } from "@sinclair/typebox";
import { Publishing } from "../../../domains/publishing/index.ts";
import {
  type ContentDocument,
  createPost,
  getAccount,
  type PostDocument,
  type SocialAccountDocument,
  SocialRefused,
} from "../../../domains/social/index.ts";
import { isNetwork } from "../../../publishers/index.ts";
import { type Issue, ProblemError } from "../../problem.ts";
import type { RouteContext } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { accountIdOf, socialAccountId } from "../fields.ts";

const MODES = ["publish", "managed", "direct_publish", "reels", "feed"] as const;

export const targets = Type.Array(
  Type.Object({
    socialAccountId,
    mode: Type.Optional(
      Type.Union(
        MODES.map((mode) => Type.Literal(mode)),
        {
          description: "All of them publish. The networks' own drafts are not supported.",
          default: "publish",
          wanted: `one of ${MODES.join(", ")}`,
        },
      ),
    ),
    captionOverride: Type.Optional(
      Type.String({
        maxLength: 4000,
        description: "Replaces the content's caption on this account.",
        wanted: "a text of at most 4,000 characters",
      }),
    ),
  }),
  { minItems: 1, maxItems: 50, description: "One post is made for each.", wanted: "a list of 1 to 50 targets" },
);
export type Targets = Static<typeof targets>;

export const TARGET_EXAMPLE: Targets[number] = { socialAccountId: EXAMPLE.account, mode: "publish" };

export interface When {
  type: "immediate" | "scheduled";
  scheduledFor: number;
  status: "queued" | "awaiting approval";
}

/**
 * Stores one post for each target: all or nothing. Call in a transaction.
 * @throws SocialRefused NOT_FOUND if an account is not the organization's; NOT_CONNECTED
 * @throws ProblemError if a network would refuse its post, with an issue for each target
 */
export async function createPosts(
  { documents, kernel, organization, by, now }: RouteContext,
  content: ContentDocument,
  wanted: Targets,
  when: When,
): Promise<PostDocument[]> {
  const accounts: SocialAccountDocument[] = [];
  for (const target of wanted) {
    const account = await getAccount(documents, organization._id, accountIdOf(target.socialAccountId));
    if (account.projectId !== content.projectId) throw new SocialRefused("NOT_FOUND", "There is no such account.");
    accounts.push(account);
  }
  const publishing = kernel.service(Publishing);
  const issues = wanted.flatMap((target, i) => issuesOf(publishing, accounts, content, target, i));
  if (issues.length > 0) throw new ProblemError({ kind: "invalid", part: "body", issues });

  const posts: PostDocument[] = [];
  for (const [i, { mode, captionOverride }] of wanted.entries()) {
    const account = accounts[i]!;
    const owner = { _id: account.profileId, organizationId: account.organizationId, projectId: account.projectId };
    const { text, media, _id: contentId } = content;
    const post = {
      ...({ api: "layers", text: captionOverride ?? text, media, options: {}, contentId, ...when } as const),
      targets: [{ account, mode: mode ?? "publish" }],
    };
    posts.push(await createPost(documents, owner, post, { by, now }));
  }
  return posts;
}

function issuesOf(
  publishing: Publishing,
  accounts: readonly SocialAccountDocument[],
  { text, media }: ContentDocument,
  { captionOverride }: Targets[number],
  index: number,
): Issue[] {
  const { _id, platform } = accounts[index]!;
  const path = `targets.${index}.socialAccountId`;
  if (accounts.findIndex((account) => account._id === _id) < index) {
    return [{ path, message: "The account is in the list twice." }];
  }
  if (!isNetwork(platform)) return [{ path, message: "Posts cannot be sent to this account's platform." }];
  const draft = { text: captionOverride ?? text, media, options: {} };
  return publishing.check(platform, draft).map(({ message }) => ({ path: `targets.${index}`, message }));
}
