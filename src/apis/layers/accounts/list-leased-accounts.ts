import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { after, newestFirst, page, placeIn } from "../../pages.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER } from "../examples.ts";
import { cursor, limit, nextCursor, projectId, projectOf } from "../fields.ts";
import { leaseOf, leaseView } from "./lease-view.ts";

export const listLeasedAccounts = defineRoute({
  name: "listLeasedAccounts",
  method: "GET",
  path: "/v1/projects/:projectId/leased-accounts",
  summary: "Lists a project's leased accounts, the one that was connected last first.",
  scope: "social:read",
  work: "read",
  params: Type.Object({ projectId }),
  query: Type.Object({
    status: Type.Optional(
      Type.Union([Type.Literal("assigned"), Type.Literal("disconnected")], {
        description: "assigned: connected. disconnected: leased still, but disconnected.",
      }),
    ),
    limit: Type.Optional(limit(200)),
    cursor: Type.Optional(cursor),
  }),
  response: Type.Object({ items: Type.Array(leaseView), nextCursor }),
  examples: [
    {
      title: "The leased accounts that are connected",
      params: { projectId: EXAMPLE.project },
      query: { status: "assigned" },
      status: 200,
      response: {
        items: [
          {
            socialAccountId: EXAMPLE.account,
            projectId: EXAMPLE.project,
            handle: "ada",
            platform: "tiktok",
            followers: null,
            status: "assigned",
            assignedAt: EXAMPLE_EARLIER,
            nextRenewalAt: null,
            monthlyPriceCents: null,
          },
        ],
        nextCursor: null,
      },
    },
  ],
  async handle(context, { params, query: { status, limit: max = 50, cursor: from } }) {
    const { _id } = await projectOf(context, params.projectId);
    const filter = {
      $and: [
        { projectId: _id, leasedAt: { $exists: true } },
        ...(status === undefined ? [] : [{ status: status === "assigned" ? { $ne: "disconnected" } : "disconnected" }]),
        ...after("connectedAt", placeIn(from)),
      ],
    };
    const options = { sort: newestFirst("connectedAt"), limit: max + 1 };
    const found = await social(context.documents).accounts.find(filter, options).toArray();
    const { items, nextCursor: next } = page(found, max, (last) => ({ at: last.connectedAt, id: last._id }));
    return { body: { items: items.map(leaseOf), nextCursor: next } };
  },
});
