import { type Static, Type } from "@sinclair/typebox";
import { type PostDocument, social } from "../../../domains/social/index.ts";
import { NETWORKS } from "../../../publishers/publisher.ts";
import type { Filter } from "../../../store/store.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { boundOf, utc, WANTED_TIME } from "../dates.ts";
import { badPlatform, CODES, refusal } from "../errors.ts";
import { EXAMPLE, EXAMPLE_ENTRY, EXAMPLE_NOW } from "../examples.ts";
import { actingProfile } from "../profile.ts";
import { List, listIn, withLists } from "../query.ts";
import { HistoryEntry } from "./post-schemas.ts";
import { type AyrshareStatus, historyEntry, STATUSES } from "./post-view.ts";

const DAY_MS = 86_400_000;
const STATUS_NAMES = Object.keys(STATUSES) as AyrshareStatus[];

const Query = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ description: "Maximum number of posts.", minimum: 1, maximum: 1_000, default: 25 }),
    ),
    lastDays: Type.Optional(
      Type.Integer({
        description: "Posts of the last days, by the time of publishing. 0: all.",
        minimum: 0,
        maximum: 36_500,
      }),
    ),
    startDate: Type.Optional(Type.String({ description: "The earliest time, inclusive. Replaces lastDays." })),
    endDate: Type.Optional(Type.String({ description: "The latest time, inclusive. Replaces lastDays." })),
    status: Type.Optional(
      Type.Union(
        STATUS_NAMES.map((name) => Type.Literal(name)),
        {
          description: `One of ${STATUS_NAMES.join(", ")}. Deleted posts are listed only if asked for.`,
          wanted: `one of ${STATUS_NAMES.join(", ")}`,
        },
      ),
    ),
    type: Type.Optional(
      Type.Union([Type.Literal("immediate"), Type.Literal("scheduled")], {
        description: "immediate or scheduled.",
        wanted: "immediate or scheduled",
      }),
    ),
    platforms: List("Posts to one of these networks."),
    autoRepostId: Type.Optional(Type.String({ description: "Nothing has one, so nothing is found." })),
  },
  withLists,
);

export const listHistory = defineRoute({
  name: "listHistory",
  method: "GET",
  path: "/api/history",
  summary: "Lists the posts of the profile, the latest time of publishing first.",
  scope: "publish:read",
  work: "read",
  query: Query,
  response: Type.Object({
    history: Type.Array(HistoryEntry),
    count: Type.Integer(),
    refId: Type.String(),
    lastUpdated: Type.String(),
    nextUpdate: Type.String(),
    isCut: Type.Optional(
      Type.Boolean({ description: "The list was too long for one response: ask again with an earlier endDate." }),
    ),
  }),
  errors: [{ status: 404, code: CODES.NO_HISTORY, meaning: "There is no such post. `history` repeats the refusal." }],
  examples: [
    {
      title: "Posts of the last 30 days, and those that wait",
      query: { status: "pending", "platforms[0]": "bluesky" },
      status: 200,
      response: {
        history: [EXAMPLE_ENTRY],
        count: 1,
        refId: EXAMPLE.refId,
        lastUpdated: EXAMPLE_NOW,
        nextUpdate: EXAMPLE_NOW,
      },
    },
  ],

  async handle(context, { query }) {
    const { documents, kernel, now } = context;
    const { _id: profileId, refId } = await actingProfile(context);
    const filter = filterOf(profileId, query, now);
    const { limit = 25 } = query;
    const sort = { scheduledFor: -1 } as const;
    const found = query.autoRepostId ? [] : social(documents).posts.find(filter, { sort, limit });
    const { entries: history, isCut } = await within(kernel.config.maxResponseBytes, found, refId);
    if (history.length === 0) throw nothing();
    const updated = utc(new Date(now));
    const more = { ...(isCut && { isCut }) };
    return { body: { history, count: history.length, refId, lastUpdated: updated, nextUpdate: updated, ...more } };
  },
});

function filterOf(profileId: string, query: Static<typeof Query>, now: number): Filter {
  const { status, type } = query;
  const platforms = listIn(query, "platforms");
  const unknown = platforms?.find((name) => !NETWORKS.some((network) => network === name));
  if (unknown !== undefined) throw badPlatform(`platforms: Must be of ${NETWORKS.join(", ")}.`);
  const range = rangeOf(query, now);
  return {
    profileId,
    api: "ayrshare",
    ...statusFilter(status),
    ...(range && { scheduledFor: range }),
    ...(type !== undefined && { type: { $eq: type } }),
    ...(platforms && { "view.platforms": { $in: platforms } }),
  };
}

/** A post that was published is an error if a network was refused before. */
function statusFilter(status: AyrshareStatus | undefined): Filter {
  if (status === undefined) return { status: { $ne: "deleted" } };
  const own = { status: { $in: [...STATUSES[status]] } };
  const isPartial = { "view.errors.0": { $exists: true } };
  if (status === "success") return { ...own, "view.errors.0": { $exists: false } };
  return status === "error" ? { $or: [own, { status: "published", ...isPartial }] } : own;
}

function rangeOf({ startDate, endDate, lastDays = 30 }: Static<typeof Query>, now: number): Filter | undefined {
  if (startDate === undefined && endDate === undefined) {
    return lastDays === 0 ? undefined : { $gte: new Date(now - lastDays * DAY_MS) };
  }
  const from = startDate === undefined ? undefined : boundOf(startDate, "begin");
  const to = endDate === undefined ? undefined : boundOf(endDate, "end");
  if (startDate !== undefined && from === undefined) throw refusal(400, `startDate: Must be ${WANTED_TIME}, or a day.`);
  if (endDate !== undefined && to === undefined) throw refusal(400, `endDate: Must be ${WANTED_TIME}, or a day.`);
  return { ...(from !== undefined && { $gte: new Date(from) }), ...(to !== undefined && { $lte: new Date(to) }) };
}

/** As many entries as fit into a response. */
async function within(maxBytes: number, posts: AsyncIterable<PostDocument> | PostDocument[], refId: string) {
  const entries: Static<typeof HistoryEntry>[] = [];
  let bytes = 0;
  for await (const post of posts) {
    const entry = historyEntry(post, refId);
    bytes += Buffer.byteLength(JSON.stringify(entry));
    if (bytes > maxBytes && entries.length > 0) return { entries, isCut: true };
    entries.push(entry);
  }
  return { entries, isCut: false };
}

function nothing(): ApiRefusal {
  const message = "No post was found.";
  const history = { action: "history", status: "error", code: CODES.NO_HISTORY, message };
  return new ApiRefusal(404, CODES.NO_HISTORY, message, { beside: { history } });
}
