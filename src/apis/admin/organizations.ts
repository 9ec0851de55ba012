import { Type } from "@sinclair/typebox";
import {
  createOrganization,
  createProject,
  GAME_ORGANIZATION,
  listOrganizations,
  listProjects,
  type OrganizationDocument,
  type ProjectDocument,
  suspendOrganization,
} from "../../domains/social/index.ts";
import { line, organization } from "./arguments.ts";
import { defineOperation, type OperationContext, OperationRefused } from "./operation.ts";
import { organizationOf } from "./tenants.ts";

const createOrganizationOperation = defineOperation({
  name: "organizations create",
  summary: "Creates an organization, such as a partner's.",
  work: "write",
  role: "admin",
  arguments: Type.Object({
    name: line("Name of the organization."),
    parent: Type.Optional(Type.String({ ...organization, description: "The organization that manages it." })),
  }),
  async run({ documents, by, now }, { name, parent }) {
    if (parent !== undefined) await organizationOf(documents, parent);
    return shownOrganization(await createOrganization(documents, { name, parentId: parent }, { by, now }));
  },
});

const listOrganizationsOperation = defineOperation({
  name: "organizations list",
  summary: "Lists the organizations, newest first. At most 1000.",
  work: "read",
  role: "read",
  arguments: Type.Object({}),
  run: async ({ documents }) => (await listOrganizations(documents)).map(shownOrganization),
});

const id = Type.String({ ...organization, description: "Id of an organization." });

const suspendOrganizationOperation = defineOperation({
  name: "organizations suspend",
  summary: "Stops an organization: its keys get 503 with scope organization, and its posts wait.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id }),
  positional: "id",
  run: (context, { id }) => suspend(context, id, true),
});

const resumeOrganizationOperation = defineOperation({
  name: "organizations resume",
  summary: "Ends the suspension of an organization.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id }),
  positional: "id",
  run: (context, { id }) => suspend(context, id, false),
});

const createProjectOperation = defineOperation({
  name: "projects create",
  summary: "Creates a project, such as a campaign, with a profile for its own accounts.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ name: line("Name of the project."), organization: Type.Optional(organization) }),
  async run({ documents, by, now }, { name, organization = GAME_ORGANIZATION }) {
    await organizationOf(documents, organization);
    return shownProject(await createProject(documents, { name, organizationId: organization }, { by, now }));
  },
});

const listProjectsOperation = defineOperation({
  name: "projects list",
  summary: "Lists the projects of an organization, newest first. At most 1000.",
  work: "read",
  role: "read",
  arguments: Type.Object({ organization: Type.Optional(organization) }),
  async run({ documents }, { organization = GAME_ORGANIZATION }) {
    await organizationOf(documents, organization);
    return (await listProjects(documents, organization)).map(shownProject);
  },
});

export const organizationOperations = [
  createOrganizationOperation,
  listOrganizationsOperation,
  suspendOrganizationOperation,
  resumeOrganizationOperation,
  createProjectOperation,
  listProjectsOperation,
];

async function suspend({ documents, by, now }: OperationContext, id: string, suspended: boolean): Promise<object> {
  await organizationOf(documents, id);
  if (await suspendOrganization(documents, id, suspended, { by, now })) return { id, suspended };
  throw new OperationRefused(`The organization is ${suspended ? "suspended already" : "not suspended"}.`);
}

function shownOrganization({ _id: id, name, parentId, suspended, createdAt }: OrganizationDocument) {
  const state = suspended ? "suspended" : "active";
  return { id, name, ...(parentId !== undefined && { parentId }), state, createdAt };
}

function shownProject({ _id: id, name, organizationId, createdAt }: ProjectDocument) {
  return { id, name, organizationId, createdAt };
}
