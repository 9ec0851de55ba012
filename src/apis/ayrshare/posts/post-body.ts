import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { NETWORKS, type Network } from "../../../publishers/publisher.ts";
import { ProfileKey } from "../profile.ts";

/** Networks that Ayrshare has and this server cannot post to. They count as not linked. */
const OTHERS = ["pinterest", "snapchat"] as const;
export const ALL = "all";

export type AskedPlatform = Network | (typeof OTHERS)[number];

const MAX_TEXT = 65_000;
const MAX_MEDIA = 20;

const NAMES = [...NETWORKS, ...OTHERS, ALL];
/** As a refusal describes it. */
export const WANTED_PLATFORM = `one of ${NAMES.join(", ")}`;

const Platforms = Type.Array(
  Type.Union(
    NAMES.map((name) => Type.Literal(name)),
    { wanted: WANTED_PLATFORM },
  ),
  {
    description: `Where the post goes: ${NETWORKS.join(", ")}; or all: every network with a linked account. In lower case.`,
    minItems: 1,
    maxItems: 20,
    wanted: `a list of at least ${WANTED_PLATFORM}`,
  },
);

const perNetwork = <T extends TSchema>(value: T, { description, wanted }: { description: string; wanted: string }) =>
  Type.Union([value, Type.Record(Type.String(), value)], { description, wanted });

const options = (network: string) =>
  Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: `Options for ${network}. Unknown members are ignored.`,
    }),
  );

/** The members that hold a network's options, with older spellings. */
export const OPTION_MEMBERS = {
  blueSkyOptions: "bluesky",
  blueskyOptions: "bluesky",
  faceBookOptions: "facebook",
  facebookOptions: "facebook",
  gmbOptions: "gmb",
  instagramOptions: "instagram",
  linkedInOptions: "linkedin",
  redditOptions: "reddit",
  telegramOptions: "telegram",
  threadsOptions: "threads",
  tikTokOptions: "tiktok",
  xOptions: "twitter",
  twitterOptions: "twitter",
  youTubeOptions: "youtube",
} as const satisfies Record<string, Network>;

type OptionMember = keyof typeof OPTION_MEMBERS;
const optionMembers = Object.fromEntries(
  Object.entries(OPTION_MEMBERS).map(([name, network]) => [name, options(network)]),
) as Record<OptionMember, ReturnType<typeof options>>;

const Ignored = (what: string) => Type.Optional(Type.Unknown({ description: `${what} Not supported.` }));

/** Would change when or what is published, so a post with one of them is refused. */
export const UNSUPPORTED = {
  autoSchedule: Ignored("Posts at the next time of a schedule."),
  autoRepost: Ignored("Posts again after some days."),
  unsplash: Ignored("Adds an image of Unsplash."),
  randomPost: Ignored("A random text."),
  randomMediaUrl: Ignored("A random file."),
  profileKeys: Ignored("Posts to several profiles."),
};

/** Left out of a post, with a warning in the answer. */
export const LEFT_OUT = {
  firstComment: Ignored("Comments on the post."),
  disableComments: Ignored("Disables comments."),
  shortenLinks: Ignored("Shortens links."),
  autoHashtag: Ignored("Adds hashtags."),
};

export const content = {
  post: perNetwork(Type.String({ maxLength: MAX_TEXT }), {
    description:
      "The text, or an object with one text per network and `default` for the others. May be empty with media.",
    wanted: `a text of at most ${MAX_TEXT} characters, or an object with one per network`,
  }),
  platforms: Platforms,
  mediaUrls: Type.Optional(
    perNetwork(Type.Array(Type.String(), { maxItems: MAX_MEDIA }), {
      description:
        "https URLs of images and videos, or an object with one list per network and `default` for the others.",
      wanted: `at most ${MAX_MEDIA} URLs, or an object with one list per network`,
    }),
  ),
  isVideo: Type.Optional(
    Type.Boolean({ description: "The files are videos, although the extension of their URLs does not say so." }),
  ),
  title: Type.Optional(
    Type.String({ description: "For networks with titles, if their options have none.", maxLength: 300 }),
  ),
  subreddit: Type.Optional(Type.String({ description: "For Reddit, if its options have none.", maxLength: 100 })),
  ...optionMembers,
};

export const PostBody = Type.Object({
  ...content,
  scheduleDate: Type.Optional(
    Type.String({ description: "When to publish, in UTC, such as 2030-01-31T18:00:00Z. A time in the past: at once." }),
  ),
  validateScheduled: Type.Optional(
    Type.Boolean({
      description: "Whether a scheduled post is refused if one of its networks would refuse it.",
      default: true,
    }),
  ),
  idempotencyKey: Type.Optional(
    Type.String({
      description: "Unique in the profile. A post with a key that was used is refused.",
      minLength: 1,
      maxLength: 255,
      wanted: "a text of 1 to 255 characters",
    }),
  ),
  requiresApproval: Type.Optional(Type.Boolean({ description: "The post waits until it is approved." })),
  notes: Type.Optional(Type.String({ description: "Shown in the history.", maxLength: 10_000 })),
  profileKey: ProfileKey,
  ...UNSUPPORTED,
  ...LEFT_OUT,
});

export type PostContent = Static<TObject<typeof content>>;
export type PostRequest = Static<typeof PostBody>;
