import {
  createPost,
  hookedAccountId,
  newVideoId,
  type PostDocument,
  type SocialAccountDocument,
  social,
} from "../../../src/domains/social/index.ts";
import type { Settings } from "../../../src/settings-schema.ts";
import { type ApisApp, type Sent, startApisApp, type Tenant } from "../../support/apis.ts";

export const HOUR_MS = 3_600_000;
export const VIDEO_URL = "https://media.example/trailer.mp4";

/** The id that Hooked's clients know an account by. */
export const integrationIdOf = ({ _id, platform }: SocialAccountDocument) => hookedAccountId(_id, platform);

/** A video of the tenant. Returns its id. */
export async function addVideoOf({ store, app }: Pick<ApisApp, "store" | "app">, tenant: Tenant): Promise<string> {
  const _id = newVideoId();
  await social(store).contents.insertOne({
    ...{ _id, organizationId: tenant.organization._id, projectId: tenant.project._id, name: "Trailer", text: "" },
    ...{ media: [{ url: VIDEO_URL, kind: "video" }], approval: "approved", createdAt: new Date(app.clock.now()) },
    view: { durationInSeconds: 42 },
  });
  return _id;
}

/** A post as `POST /v1/schedule/create` makes it, due in an hour. */
export async function scheduleOf(
  world: Pick<ApisApp, "store" | "app">,
  tenant: Tenant,
  account: SocialAccountDocument,
  platformData: Record<string, unknown> = {
    title: "The harbour race",
    description: "Out now.",
    privacyStatus: "public",
  },
): Promise<PostDocument> {
  const { store, app } = world;
  const contentId = await addVideoOf(world, tenant);
  const now = app.clock.now();
  return store.transaction((tx) =>
    createPost(
      tx,
      tenant.profile,
      {
        ...{ api: "hooked", text: "Out now.", media: [{ url: VIDEO_URL, kind: "video" }], targets: [{ account }] },
        ...{ options: { [account.platform]: { title: "The harbour race", visibility: "public" } }, type: "scheduled" },
        ...{ scheduledFor: now + HOUR_MS, status: "queued", contentId, view: { platformData } },
      },
      { by: { door: "command line" }, now },
    ),
  );
}

/** A server with two teams. `hooked` sends with the key of `mine`. */
export async function startHookedApp(config: Partial<Settings> = {}) {
  const world = await startApisApp({ config });
  const hooked = (method: string, path: string, { key = world.mine.key, headers, ...sent }: Sent = {}) =>
    world.send(method, path, { ...sent, headers: { "x-api-key": key, ...headers } });
  return {
    ...world,
    hooked,
    /** Advances the clock and sends what is due. */
    async pass(ms: number) {
      world.app.clock.advance(ms);
      await world.app.poll();
    },
  };
}

export type HookedApp = Awaited<ReturnType<typeof startHookedApp>>;
