import { Connecting } from "../../src/domains/connecting/index.ts";
import { parseKey, social } from "../../src/domains/social/index.ts";
import type { Arrange } from "../support/api-examples.ts";
import type { ApisApp } from "../support/apis.ts";

/** A session that the tenant's key created, with its public id. */
export async function connectSession({ app, store, mine }: ApisApp, api: "layers" | "ayrshare"): Promise<string> {
  const key = await social(store).keys.findOne({ _id: parseKey(mine.key)!.id });
  const { session } = await app.services.service(Connecting).createSession(store, "preview", key!, mine.profile, {
    api,
    networks: ["bluesky"],
    mode: "connect",
    lifeMs: 600_000,
    isExclusive: false,
    isSingleUse: api === "layers",
  });
  return session._id;
}

/** A finished session, as each example of getOauthStatus has it. */
export const finishedSession: Arrange = async (world, { params = {}, response }) => {
  const id = await connectSession(world, "layers");
  const { status, error } = response as { status: string; error?: object };
  const outcome = error ? { status, error } : { status, accountId: "0b2f6d3e-5a1c-4e7f-9d2b-8c4a6e1f3b57" };
  await world.store.collection("connectSession").updateOne({ _id: id as never }, { $set: { outcome } });
  return { replace: { [params["state"] ?? ""]: id } };
};
