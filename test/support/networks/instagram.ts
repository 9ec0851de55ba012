import { type ContainerStore, containerStore } from "./containers.ts";
import { failuresOf } from "./failures.ts";
import { graphError, META_APP, type MetaPageRecord, metaApp, notFound } from "./meta.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** A stand-in for the Instagram API of accounts that belong to Facebook pages. */
export interface InstagramStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  readonly store: ContainerStore;
  /** Posts by API in the last 24 hours. */
  quota: { usage: number; total: number };
  issueCode(redirectUri: string): string;
  isPublish(request: NetworkRequest): boolean;
}

const VERSION = "/v23.0";
export const INSTAGRAM_ACCOUNT = "17841400000000001";
const PAGE = "101";
const PAGES: MetaPageRecord[] = [
  {
    id: PAGE,
    name: "Game Page",
    tasks: ["CREATE_CONTENT"],
    instagram_business_account: { id: INSTAGRAM_ACCOUNT, username: "the.game", name: "The Game" },
  },
  { id: "102", name: "Page without Instagram", tasks: ["CREATE_CONTENT"] },
];

export async function startInstagram(now: () => number = Date.now): Promise<InstagramStandIn> {
  const app = metaApp(PAGES, now);
  const store = containerStore("caption", now);
  const quota = { usage: 3, total: 50 };
  const permalink = (id: string) => `https://www.instagram.com/p/${id}/`;

  const server = await startNetworkServer((request) => {
    const path = request.path.startsWith(VERSION) ? request.path.slice(VERSION.length) : request.path;
    return app.answer(request, path) ?? answer(request, path);
  });

  function answer(request: NetworkRequest, path: string): NetworkAnswer {
    const granted = app.authorize(request);
    if (!("user" in granted)) return granted;
    const [, node = "", edge] = path.split("/").map(decodeURIComponent);
    if (node === INSTAGRAM_ACCOUNT) {
      if (granted.page !== PAGE) return graphError(10, { message: "Application does not have permission" });
      if (edge === "content_publishing_limit") {
        return { body: { data: [{ quota_usage: quota.usage, config: { quota_total: quota.total } }] } };
      }
      if (request.method === "GET" && edge === "media") return store.list(permalink);
      if (request.method === "GET" && edge === "stories") return store.list(permalink, true);
      if (edge === "media") return create(request.form);
      if (edge === "media_publish") return store.publish(request.form.get("creation_id") ?? "");
      return notFound();
    }
    const container = store.look(node);
    if (container) {
      const { id, state, reason } = container;
      return { body: { id, status_code: state, ...(reason && { status: `Error: ${reason}` }) } };
    }
    return store.posts.some(({ id }) => id === node) ? { body: { id: node, permalink: permalink(node) } } : notFound();
  }

  function create(form: URLSearchParams): NetworkAnswer {
    if (!form.get("image_url") && !form.get("video_url") && !form.get("children")) {
      return graphError(100, { message: "The parameter image_url is required" });
    }
    if ([...(form.get("caption") ?? "")].length > 2_200) {
      return graphError(36_004, { subcode: 2207010, message: "The caption was too long" });
    }
    return store.create(form);
  }

  const isPublish = ({ path }: NetworkRequest) => path.endsWith("/media_publish");

  return {
    network: "instagram",
    url: server.url,
    server,
    store,
    quota,
    isPublish,
    issueCode: app.issueCode,
    settings: {
      instagramUrl: `${server.url}${VERSION}`,
      instagramAuthorizeUrl: `${server.url}/dialog/oauth`,
      instagramClientId: META_APP.clientId,
      instagramClientSecret: META_APP.clientSecret,
    },
    connect: () => ({
      id: INSTAGRAM_ACCOUNT,
      handle: "the.game",
      facts: { pageId: PAGE },
      credentials: app.connect(PAGE),
    }),
    posts: () => store.posts.map(({ id, text }) => ({ id, text })),
    failNext: failuresOf(server, {
      publishes: isPublish,
      error: graphError(2, { message: "Service unavailable", status: 500 }),
      rate: graphError(9, { subcode: 2207042, message: "Maximum number of posts" }),
      endGrants: app.end,
    }),
    close: () => server.close(),
  };
}
