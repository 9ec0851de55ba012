import { Type } from "@sinclair/typebox";
import { suspendOrganization as change } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { organizationId } from "../fields.ts";
import { CHILD_EXAMPLE, childOf, organizationView, viewOf } from "./organization-view.ts";

export const suspendOrganization = defineRoute({
  name: "suspendOrganization",
  method: "POST",
  path: "/v1/organizations/:organizationId/suspend",
  summary:
    "Suspends an organization that the key's own one manages. Its keys are refused and its scheduled posts wait. It can be called again.",
  scope: "org:admin",
  work: "write",
  params: Type.Object({ organizationId }),
  response: organizationView,
  examples: [
    {
      title: "Suspend an organization",
      params: { organizationId: EXAMPLE.child },
      status: 200,
      response: { ...CHILD_EXAMPLE, suspended: true },
    },
  ],
  async handle(context, { params }) {
    const { documents, by, now } = context;
    const child = await childOf(context, params.organizationId);
    await change(documents, child._id, true, { by, now });
    return { body: viewOf(await childOf(context, child._id)) };
  },
});
