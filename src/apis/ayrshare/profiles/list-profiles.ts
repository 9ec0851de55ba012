import { type Static, Type } from "@sinclair/typebox";
import { type ProfileDocument, primaryProfileId, profileOfKey, social } from "../../../domains/social/index.ts";
import type { Documents, Filter } from "../../../store/store.ts";
import { defineRoute } from "../../route.ts";
import { stamp, utc } from "../dates.ts";
import { refusal } from "../errors.ts";
import { EXAMPLE, EXAMPLE_NOW } from "../examples.ts";
import { refuseProfileKey } from "../profile.ts";
import { List, listIn, withLists } from "../query.ts";
import { linkedPlatforms } from "./linked.ts";

const MAX_KEYS = 100;

const Query = Type.Object(
  {
    title: Type.Optional(Type.String({ description: "The profile of this title." })),
    refId: Type.Optional(Type.String({ description: "The profile with this refId." })),
    hasActiveSocialAccounts: Type.Optional(Type.Boolean({ description: "Profiles that have accounts, or none." })),
    includesActiveSocialAccounts: List("Profiles with an account of one of these networks."),
    profileKeys: List("The profiles with these Profile-Keys, at most 100."),
    limit: Type.Optional(
      Type.Integer({ description: "Profiles of one page.", minimum: 1, maximum: 5_000, default: 1_000 }),
    ),
    cursor: Type.Optional(Type.String({ description: "`pagination.nextCursor` of the page before.", maxLength: 200 })),
  },
  withLists,
);

const Profile = Type.Object({
  status: Type.String({ description: "active or suspended." }),
  title: Type.String(),
  displayTitle: Type.Optional(Type.String()),
  created: Type.Object({ _seconds: Type.Integer(), _nanoseconds: Type.Integer() }),
  createdUTC: Type.String(),
  refId: Type.String(),
  activeSocialAccounts: Type.Optional(Type.Array(Type.String())),
  playerId: Type.Optional(Type.String({ description: "Our own: the player that the profile is." })),
  suspended: Type.Optional(Type.Boolean()),
});

export const listProfiles = defineRoute({
  name: "listProfiles",
  method: "GET",
  path: "/api/profiles",
  aliases: [{ method: "GET", path: "/api/profiles/profile" }],
  summary:
    "Lists the profiles without their keys, but not the primary one. With a filter by accounts, a page may have fewer profiles than its limit.",
  scope: "org:admin",
  work: "read",
  query: Query,
  response: Type.Object({
    profiles: Type.Array(Profile),
    count: Type.Integer(),
    lastUpdated: Type.String(),
    nextUpdate: Type.String(),
    pagination: Type.Object({
      hasMore: Type.Boolean(),
      nextCursor: Type.Union([Type.String(), Type.Null()]),
      limit: Type.Integer(),
    }),
  }),
  errors: [{ status: 400, code: 400, meaning: "A Profile-Key was sent in the header, or more than 100 in the query." }],
  examples: [
    {
      title: "The profile of a title",
      query: { title: "Guild of Swords" },
      status: 200,
      response: {
        profiles: [
          {
            status: "active",
            title: "Guild of Swords",
            created: { _seconds: 1_767_323_045, _nanoseconds: 0 },
            createdUTC: EXAMPLE_NOW,
            refId: EXAMPLE.refId,
          },
        ],
        count: 1,
        lastUpdated: EXAMPLE_NOW,
        nextUpdate: EXAMPLE_NOW,
        pagination: { hasMore: false, nextCursor: null, limit: 1_000 },
      },
    },
  ],

  async handle(context, { query }) {
    refuseProfileKey(context);
    const { documents, key, now } = context;
    const { limit = 1_000 } = query;
    const filter = await filterOf(documents, key.projectId, query);
    const found = await social(documents)
      .profiles.find(filter, { sort: { _id: 1 }, limit: limit + 1 })
      .toArray();
    const page = found.slice(0, limit);
    const linked = await linkedPlatforms(documents, page);
    const profiles = page.map((profile) => viewOf(profile, linked.get(profile._id) ?? [])).filter(wanted(query));
    const hasMore = found.length > limit;
    const updated = utc(new Date(now));
    const pagination = { hasMore, nextCursor: hasMore ? page.at(-1)!._id : null, limit };
    return { body: { profiles, count: profiles.length, lastUpdated: updated, nextUpdate: updated, pagination } };
  },
});

async function filterOf(documents: Documents, projectId: string, query: Static<typeof Query>): Promise<Filter> {
  const { title, refId, cursor } = query;
  const keys = listIn(query, "profileKeys");
  if (keys && keys.length > MAX_KEYS) throw refusal(400, `profileKeys: At most ${MAX_KEYS}.`);
  const keyed = keys && (await Promise.all(keys.map((text) => profileOfKey(documents, projectId, text))));
  const ids: Filter[] = [{ _id: { $ne: primaryProfileId(projectId) } }];
  if (cursor !== undefined) ids.push({ _id: { $gt: cursor } });
  if (keyed) ids.push({ _id: { $in: keyed.flatMap((profile) => (profile ? [profile._id] : [])) } });
  return {
    projectId,
    ...(title !== undefined && { title: { $eq: title } }),
    ...(refId !== undefined && { refId: { $eq: refId } }),
    $and: ids,
  };
}

function wanted(query: Static<typeof Query>) {
  const { hasActiveSocialAccounts: has } = query;
  const platforms = listIn(query, "includesActiveSocialAccounts");
  return ({ activeSocialAccounts: own = [] }: Static<typeof Profile>) =>
    (has === undefined || own.length > 0 === has) && (!platforms || platforms.some((name) => own.includes(name)));
}

function viewOf(profile: ProfileDocument, linked: string[]): Static<typeof Profile> {
  const { title, displayTitle, createdAt, refId, playerId, suspended } = profile;
  const { utc: createdUTC, ...created } = stamp(createdAt);
  return {
    status: suspended ? "suspended" : "active",
    title,
    ...(displayTitle !== undefined && { displayTitle }),
    created,
    createdUTC,
    refId,
    ...(linked.length > 0 && { activeSocialAccounts: linked }),
    ...(playerId && { playerId: playerId.toHexString() }),
    ...(suspended && { suspended }),
  };
}
