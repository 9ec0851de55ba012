import { type Static, Type } from "@sinclair/typebox";
import { allows, type OrganizationDocument, SocialRefused, social } from "../../../domains/social/index.ts";
import { invalid, ProblemError } from "../../problem.ts";
import type { RouteContext } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER } from "../examples.ts";
import { nullable, organizationId, time } from "../fields.ts";

export const organizationName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: "\\S",
  description: "For people.",
  wanted: "a text of 1 to 200 characters",
});

export const organizationView = Type.Object({
  organizationId,
  name: Type.String(),
  parentOrganizationId: nullable(organizationId),
  suspended: Type.Boolean({ description: "Its keys are refused and its posts wait." }),
  createdAt: time("When it was created."),
});

export function viewOf(organization: OrganizationDocument): Static<typeof organizationView> {
  return {
    organizationId: organization._id,
    name: organization.name,
    parentOrganizationId: organization.parentId ?? null,
    suspended: organization.suspended === true,
    createdAt: organization.createdAt.toISOString(),
  };
}

/** An organization that the key's own one manages. @throws SocialRefused NOT_FOUND, also for one of somebody else */
export async function childOf(
  { documents, organization }: Pick<RouteContext, "documents" | "organization">,
  id: string,
): Promise<OrganizationDocument> {
  const child = await social(documents).organizations.findOne({ _id: { $eq: id } });
  if (child?.parentId !== organization._id) throw new SocialRefused("NOT_FOUND", "There is no such organization.");
  return child;
}

export const ACT_FOR_HEADER = "x-layers-organization";

/** The organization of the header X-Layers-Organization, which is the key's own or one that it manages. */
export async function organizationOf(context: RouteContext): Promise<OrganizationDocument> {
  if (context.isRepeated(ACT_FOR_HEADER)) throw invalid("header", ACT_FOR_HEADER, "Must be sent once.");
  const id = context.header(ACT_FOR_HEADER);
  if (id === undefined || id === context.organization._id) return context.organization;
  if (!allows(context.key, "org:admin")) throw new ProblemError({ kind: "forbidden scope", scope: "org:admin" });
  return childOf(context, id);
}

export const CHILD_EXAMPLE: Static<typeof organizationView> = {
  organizationId: EXAMPLE.child,
  name: "Partner Studio",
  parentOrganizationId: EXAMPLE.organization,
  suspended: false,
  createdAt: EXAMPLE_EARLIER,
};
