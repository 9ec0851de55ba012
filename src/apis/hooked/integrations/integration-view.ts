import { type Static, Type } from "@sinclair/typebox";
import {
  hookedAccountId,
  parseHookedAccountId,
  type SocialAccountDocument,
  social,
} from "../../../domains/social/index.ts";
import type { RouteContext } from "../../route.ts";
import { anotherTeams, notFound } from "../envelope.ts";
import { EXAMPLE, EXAMPLE_ACCOUNT, EXAMPLE_EARLIER, EXAMPLE_TIME } from "../examples.ts";
import { nullable, time } from "../fields.ts";

export const accountView = Type.Object({
  id: Type.String({ description: "Its id at the platform." }),
  name: Type.String(),
  username: nullable(Type.String()),
  avatarUrl: nullable(Type.String()),
});

export const integrationView = Type.Object({
  id: Type.String(),
  type: Type.String({ description: "The platform, such as youtube, or the system of a player's link." }),
  identifier: Type.String({ description: "Its user name at the platform, else its name or id." }),
  account: accountView,
  health: Type.Object({
    status: Type.Union([Type.Literal("healthy"), Type.Literal("expired")], {
      description: "expired: the platform ended the authorization. Posts fail until the account is connected again.",
    }),
    tokenValid: Type.Boolean(),
    lastChecked: time("When this response was made. The platform is not called."),
  }),
  createdAt: time("When it was connected."),
});

export function accountOf({ externalId: id, displayName, handle, avatarUrl }: SocialAccountDocument) {
  return { id, name: displayName ?? handle ?? id, username: handle ?? null, avatarUrl: avatarUrl ?? null };
}

export function integrationOf(account: SocialAccountDocument, now: number): Static<typeof integrationView> {
  const { _id, platform, handle, displayName, externalId, status, connectedAt } = account;
  const tokenValid = status === "connected";
  return {
    id: hookedAccountId(_id, platform),
    type: platform,
    identifier: handle ?? displayName ?? externalId,
    account: accountOf(account),
    health: {
      status: tokenValid ? "healthy" : "expired",
      tokenValid,
      lastChecked: new Date(now).toISOString(),
    },
    createdAt: connectedAt.toISOString(),
  };
}

/**
 * The account of an integration's id. A team is the project of the key.
 * @throws ApiRefusal not_found, also once it is disconnected; forbidden if it is another project's
 */
export async function findIntegration(
  { documents, key }: Pick<RouteContext, "documents" | "key">,
  id: string,
): Promise<SocialAccountDocument> {
  const parsed = parseHookedAccountId(id);
  const account = parsed && (await social(documents).accounts.findOne({ _id: { $eq: parsed.id } }));
  if (account?.platform !== parsed?.platform || !account || account.status === "disconnected") {
    throw notFound(id, "Integration");
  }
  if (account.projectId !== key.projectId) throw anotherTeams();
  return account;
}

export const EXAMPLE_INTEGRATION: Static<typeof integrationView> = {
  id: EXAMPLE.integration,
  type: "youtube",
  identifier: "ada",
  account: EXAMPLE_ACCOUNT,
  health: { status: "healthy", tokenValid: true, lastChecked: EXAMPLE_TIME },
  createdAt: EXAMPLE_EARLIER,
};
