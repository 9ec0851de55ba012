import type { Documents } from "../../store/store.ts";
import {
  type ApiKeyDocument,
  type OrganizationDocument,
  type ProfileDocument,
  type ProjectDocument,
  social,
} from "./collections.ts";
import { SocialRefused } from "./refused.ts";

/** What operators list has at most this many documents, newest first. */
const MAX_LISTED = 1_000;
const NEWEST = { sort: { createdAt: -1, _id: 1 }, limit: MAX_LISTED } as const;

/** @throws SocialRefused NOT_FOUND */
export async function getOrganization(documents: Documents, id: string): Promise<OrganizationDocument> {
  const organization = await social(documents).organizations.findOne({ _id: { $eq: id } });
  if (!organization) throw new SocialRefused("NOT_FOUND", "There is no such organization.");
  return organization;
}

export function listOrganizations(documents: Documents): Promise<OrganizationDocument[]> {
  return social(documents).organizations.find({}, NEWEST).toArray();
}

export function listProjects(documents: Documents, organizationId: string): Promise<ProjectDocument[]> {
  return social(documents)
    .projects.find({ organizationId: { $eq: organizationId } }, NEWEST)
    .toArray();
}

/** The profile of this id or refId. A refId costs a scan of the profiles. @throws SocialRefused NOT_FOUND */
export async function findProfile(documents: Documents, id: string): Promise<ProfileDocument> {
  const { profiles } = social(documents);
  const which = /^[0-9a-f]{40}$/.test(id) ? { refId: id } : { _id: { $eq: id } };
  const profile = await profiles.findOne(which);
  if (!profile) throw new SocialRefused("NOT_FOUND", "There is no such profile.");
  return profile;
}

/** Ended keys too. */
export function listKeys(
  documents: Documents,
  { organizationId, projectId }: { organizationId: string; projectId?: string | undefined },
): Promise<ApiKeyDocument[]> {
  const filter = {
    organizationId: { $eq: organizationId },
    ...(projectId !== undefined && { projectId: { $eq: projectId } }),
  };
  return social(documents).keys.find(filter, NEWEST).toArray();
}
