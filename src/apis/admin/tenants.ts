import {
  getOrganization,
  getProject,
  type OrganizationDocument,
  type ProjectDocument,
  SocialRefused,
} from "../../domains/social/index.ts";
import type { Documents } from "../../store/store.ts";
import { OperationRefused } from "./operation.ts";

/** Look-ups whose refusals say which command lists what there is. */

export function organizationOf(documents: Documents, id: string): Promise<OrganizationDocument> {
  return getOrganization(documents, id).catch(withCure('"rekindle organizations list" lists the organizations.'));
}

export function projectOf(documents: Documents, organization: string, id: string): Promise<ProjectDocument> {
  const cure = `"rekindle projects list --organization ${organization}" lists the projects.`;
  return getProject(documents, organization, id).catch(withCure(cure));
}

function withCure(cure: string) {
  return (error: unknown): never => {
    if (error instanceof SocialRefused) throw new OperationRefused(`${error.message} ${cure}`);
    throw error;
  };
}
