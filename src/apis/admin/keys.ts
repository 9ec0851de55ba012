import { Type } from "@sinclair/typebox";
import {
  type ApiKeyDocument,
  createKey,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  listKeys,
  revokeKey,
  SCOPES,
} from "../../domains/social/index.ts";
import { key, line, organization, project } from "./arguments.ts";
import { defineOperation, type OperationContext, OperationRefused } from "./operation.ts";
import { organizationOf, projectOf } from "./tenants.ts";

const ALL = "*";
const WANTED_SCOPES = { wanted: `some of ${SCOPES.join(", ")}, separated by commas, or ${ALL} for everything` };
const HOST = "(?:\\*\\.)?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?::[0-9]{1,5})?";
const WANTED_HOSTS = { wanted: "hosts such as backoffice.example or *.backoffice.example, separated by commas" };

const createKeyOperation = defineOperation({
  name: "keys create",
  summary: "Creates an API key and returns its text, which is not stored and cannot be shown again.",
  work: "write",
  role: "admin",
  arguments: Type.Object({
    name: line("Name of the key."),
    scopes: Type.Array(
      Type.Union(
        [ALL, ...SCOPES].map((scope) => Type.Literal(scope)),
        WANTED_SCOPES,
      ),
      {
        description: "What the key may do.",
        minItems: 1,
        maxItems: 20,
        ...WANTED_SCOPES,
      },
    ),
    organization: Type.Optional(organization),
    project: Type.Optional(project),
    returnHosts: Type.Optional(
      Type.Array(Type.String({ pattern: `^${HOST}$`, ...WANTED_HOSTS }), {
        description: "Hosts to which a user may return after connecting an account.",
        maxItems: 20,
        ...WANTED_HOSTS,
      }),
    ),
  }),
  note: "Copy the key now. It is stored as a hash only and cannot be shown again.",
  async run({ documents, stage, by, now }, { name, scopes, returnHosts = [], ...where }) {
    const { organizationId, projectId } = await tenantOf(documents, where);
    const values = { organizationId, projectId, name, scopes: [...new Set(scopes)], returnHosts };
    const { key, text } = await createKey(documents, stage, values, { by, now });
    return { key: text, ...shownKey(key) };
  },
});

const listKeysOperation = defineOperation({
  name: "keys list",
  summary: "Lists the keys of an organization, newest first, ended ones too. At most 1000.",
  work: "read",
  role: "read",
  arguments: Type.Object({ organization: Type.Optional(organization), project: Type.Optional(project) }),
  async run({ documents }, { organization = GAME_ORGANIZATION, project }) {
    await organizationOf(documents, organization);
    return (await listKeys(documents, { organizationId: organization, projectId: project })).map(shownKey);
  },
});

const revokeKeyOperation = defineOperation({
  name: "keys revoke",
  summary: "Ends a key for good. Calls with it get 401.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id: key }),
  positional: "id",
  run: (context, { id }) => endKey(context, id, false),
});

const killKeyOperation = defineOperation({
  name: "keys kill",
  summary: "Ends a key for good. Calls with it get 503 with scope key, as one that was switched off.",
  work: "write",
  role: "admin",
  arguments: Type.Object({ id: key }),
  positional: "id",
  run: (context, { id }) => endKey(context, id, true),
});

export const keyOperations = [createKeyOperation, listKeysOperation, revokeKeyOperation, killKeyOperation];

async function endKey({ documents, by, now }: OperationContext, id: string, kill: boolean): Promise<object> {
  if (await revokeKey(documents, id, { by, now, kill })) return { id, ended: true };
  throw new OperationRefused('No active key has this id. "rekindle keys list" shows the keys.');
}

/** The organization and the project: the game's own by default. The project of another organization must be named. */
async function tenantOf(
  documents: OperationContext["documents"],
  { organization = GAME_ORGANIZATION, project }: { organization?: string; project?: string },
): Promise<{ organizationId: string; projectId: string }> {
  await organizationOf(documents, organization);
  if (project === undefined && organization !== GAME_ORGANIZATION) {
    const where = `"rekindle projects list --organization ${organization}"`;
    throw new OperationRefused(`Name a project of this organization with --project. ${where} lists them.`);
  }
  const { _id: projectId } = await projectOf(documents, organization, project ?? GAME_PROJECT);
  return { organizationId: organization, projectId };
}

function shownKey(key: ApiKeyDocument) {
  const { _id: id, name, organizationId, projectId, scopes, returnHosts, createdAt, revokedAt, killed } = key;
  const state = killed ? "killed" : revokedAt ? "revoked" : "active";
  return {
    ...{ id, name, state, organizationId, projectId, scopes, returnHosts, createdAt },
    ...(revokedAt && { endedAt: revokedAt }),
  };
}
