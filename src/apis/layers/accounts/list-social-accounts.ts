import { Type } from "@sinclair/typebox";
import { PLATFORMS, social } from "../../../domains/social/index.ts";
import { after, newestFirst, page, placeIn } from "../../pages.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER, EXAMPLE_TIME } from "../examples.ts";
import { cursor, limit, nextCursor, projectId, projectOf } from "../fields.ts";
import { accountStatus, accountView, tokenExpiries, viewOf } from "./account-view.ts";

export const listSocialAccounts = defineRoute({
  name: "listSocialAccounts",
  method: "GET",
  path: "/v1/projects/:projectId/social-accounts",
  summary: "Lists a project's accounts, the one that was connected last first, with disconnected ones.",
  scope: "social:read",
  work: "read",
  params: Type.Object({ projectId }),
  query: Type.Object({
    platform: Type.Optional(
      Type.Union(
        PLATFORMS.map((platform) => Type.Literal(platform)),
        { description: "Only accounts of this platform.", wanted: "the name of a platform, such as tiktok" },
      ),
    ),
    status: Type.Optional(accountStatus),
    leased: Type.Optional(Type.Boolean({ description: "Only accounts that are leased, or that are not." })),
    limit: Type.Optional(limit(200)),
    cursor: Type.Optional(cursor),
  }),
  response: Type.Object({ items: Type.Array(accountView), nextCursor }),
  examples: [
    {
      title: "The connected TikTok accounts",
      params: { projectId: EXAMPLE.project },
      query: { platform: "tiktok", status: "connected" },
      status: 200,
      response: {
        items: [
          {
            socialAccountId: EXAMPLE.account,
            platform: "tiktok",
            handle: "ada",
            avatarUrl: null,
            status: "connected",
            leased: false,
            connectedAt: EXAMPLE_EARLIER,
            tokenExpiresAt: EXAMPLE_TIME,
          },
        ],
        nextCursor: null,
      },
    },
  ],
  async handle(context, { params, query: { platform, status, leased, limit: max = 50, cursor: from } }) {
    const { _id } = await projectOf(context, params.projectId);
    const filter = {
      $and: [
        { projectId: _id },
        ...(platform === undefined ? [] : [{ platform: { $eq: platform } }]),
        ...(status === undefined ? [] : [{ status: { $eq: status } }]),
        ...(leased === undefined ? [] : [{ leasedAt: { $exists: leased } }]),
        ...after("connectedAt", placeIn(from)),
      ],
    };
    const options = { sort: newestFirst("connectedAt"), limit: max + 1 };
    const found = await social(context.documents).accounts.find(filter, options).toArray();
    const { items, nextCursor: next } = page(found, max, (last) => ({ at: last.connectedAt, id: last._id }));
    const expiries = await tokenExpiries(context.documents, items);
    return { body: { items: items.map((account) => viewOf(account, expiries.get(account._id))), nextCursor: next } };
  },
});
