import { failuresOf } from "./failures.ts";
import { graphError, META_APP, type MetaPageRecord, metaApp, notFound } from "./meta.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** A stand-in for Facebook's Graph API as far as it is about pages and their posts. */
export interface FacebookStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  issueCode(redirectUri: string): string;
  /** Calls that publish, for `server.failNext`. */
  isPublish(request: NetworkRequest): boolean;
}

export interface FacebookPost {
  id: string;
  text: string;
  createdAt: number;
  kind: "post" | "video" | "story" | "videoStory";
  form: URLSearchParams;
}

const VERSION = "/v23.0";
export const PAGE = "101";
const PAGES: MetaPageRecord[] = [
  { id: PAGE, name: "Game Page", username: "game.page", tasks: ["CREATE_CONTENT", "MANAGE"] },
  { id: "103", name: "Only Ads", tasks: ["ADVERTISE"] },
  { id: "102", name: "Other Page", tasks: ["CREATE_CONTENT"] },
];

export async function startFacebook(now: () => number = Date.now): Promise<FacebookStandIn> {
  const app = metaApp(PAGES, now);
  const posts: FacebookPost[] = [];
  const photos = new Set<string>();
  const stories = new Set<string>();
  let lastId = 1000;

  const server = await startNetworkServer((request) => {
    const path = request.path.startsWith(VERSION) ? request.path.slice(VERSION.length) : request.path;
    return app.answer(request, path) ?? answerPage(request, path);
  });

  function answerPage(request: NetworkRequest, path: string): NetworkAnswer {
    const granted = app.authorize(request);
    if (!("user" in granted)) return granted;
    if (request.method === "POST" && path.startsWith("/transfer/")) return { body: { success: true } };
    const [, node = "", edge] = path.split("/").map(decodeURIComponent);
    if (request.method === "DELETE") return remove(node);
    if (node !== granted.page) return graphError(200, { message: "The user has no permission for this page" });
    if (request.method === "POST") return create(node, edge, request.form);
    if (edge === "published_posts" || edge === "videos") return list(edge);
    return notFound();
  }

  function create(page: string, edge: string | undefined, form: URLSearchParams): NetworkAnswer {
    const id = String(++lastId);
    const add = (postId: string, kind: FacebookPost["kind"], text: string | null) =>
      posts.push({ id: postId, text: (text ?? "").replaceAll("\r\n", "\n").trim(), createdAt: now(), kind, form });
    switch (edge) {
      case "feed": {
        if (!form.get("message") && !form.get("link") && !form.get("attached_media[0]")) {
          return graphError(100, { message: "A post needs a message, a link or media" });
        }
        for (const [name, value] of form) {
          if (name.startsWith("attached_media") && !photos.has(JSON.parse(value).media_fbid)) return notFound();
        }
        add(`${page}_${id}`, "post", form.get("message"));
        return { body: { id: `${page}_${id}` } };
      }
      case "photos":
        if (!form.get("url")) return graphError(324, { message: "Missing or invalid image file" });
        if (form.get("published") === "false") {
          photos.add(id);
          return { body: { id } };
        }
        add(`${page}_${id}`, "post", form.get("caption"));
        return { body: { id, post_id: `${page}_${id}` } };
      case "videos":
        add(id, "video", form.get("description"));
        return { body: { id } };
      case "photo_stories":
        if (!photos.has(form.get("photo_id") ?? "")) return notFound();
        add(id, "story", "");
        return { body: { success: true, post_id: id } };
      case "video_stories":
        if (form.get("upload_phase") === "start") {
          stories.add(id);
          return { body: { video_id: id, upload_url: `${server.url}/transfer/${id}` } };
        }
        if (!stories.has(form.get("video_id") ?? "")) return notFound();
        add(id, "videoStory", "");
        return { body: { success: true, post_id: id } };
      default:
        return notFound();
    }
  }

  function list(edge: string): NetworkAnswer {
    const isVideos = edge === "videos";
    const listed = posts.filter(({ kind }) => kind === (isVideos ? "video" : "post")).reverse();
    const data = listed.map(({ id, text, createdAt }) => ({
      id,
      ...(text && { [isVideos ? "description" : "message"]: text }),
      created_time: new Date(createdAt).toISOString().replace(/\.\d{3}Z$/, "+0000"),
      permalink_url: `https://www.facebook.com/permalink/${id}`,
    }));
    return { body: { data } };
  }

  function remove(id: string): NetworkAnswer {
    const index = posts.findIndex((post) => post.id === id);
    if (index < 0) return notFound();
    if (posts[index]!.kind === "story") return graphError(100, { message: "Unsupported delete request" });
    posts.splice(index, 1);
    return { body: { success: true } };
  }

  const isPublish = ({ method, path, form }: NetworkRequest) =>
    method === "POST" &&
    /\/(feed|photos|videos|photo_stories|video_stories)$/.test(path) &&
    form.get("published") !== "false" &&
    form.get("upload_phase") !== "start";

  return {
    network: "facebook",
    url: server.url,
    server,
    isPublish,
    issueCode: app.issueCode,
    settings: {
      facebookPagesUrl: `${server.url}${VERSION}`,
      facebookPagesAuthorizeUrl: `${server.url}/dialog/oauth`,
      facebookPagesClientId: META_APP.clientId,
      facebookPagesClientSecret: META_APP.clientSecret,
    },
    connect: () => ({ id: PAGE, handle: "game.page", credentials: app.connect(PAGE) }),
    posts: () => posts.map(({ id, text }) => ({ id, text })),
    failNext: failuresOf(server, {
      publishes: isPublish,
      error: graphError(2, { message: "Service unavailable", status: 500 }),
      rate: graphError(32, { message: "Page request limit reached" }),
      endGrants: app.end,
    }),
    close: () => server.close(),
  };
}
