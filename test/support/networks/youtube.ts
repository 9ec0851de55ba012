import { failuresOf } from "./failures.ts";
import { GOOGLE_APP, googleOAuth, youtubeError } from "./google.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** A stand-in for the YouTube Data API: channels, resumable uploads, deletion. */
export interface YouTubeStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  readonly uploads: Map<string, YouTubeUpload>;
  /** Takes only these bytes of the next chunk. */
  cutNextChunk(bytes: number): void;
  issueCode(redirectUri: string, challenge: string): string;
  isOpening(request: NetworkRequest): boolean;
  /** The chunk with the last byte. */
  isPublish(request: NetworkRequest): boolean;
}

export interface YouTubeUpload {
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the call sent.
  resource: any;
  size: number;
  type: string;
  received: Buffer;
  videoId: string | undefined;
}

const PATH = "/upload/youtube/v3/videos";

export async function startYouTube(now: () => number = Date.now): Promise<YouTubeStandIn> {
  const oauth = googleOAuth(now);
  const uploads = new Map<string, YouTubeUpload>();
  const videos: { id: string; text: string }[] = [];
  let cut: number | undefined;
  let lastId = 0;

  const server = await startNetworkServer((request) => {
    const issued = oauth.answer(request);
    if (issued) return issued;
    const refusal = oauth.refusal(request);
    if (refusal) return refusal;
    if (request.path === "/youtube/v3/channels") {
      const snippet = { title: "The Game", customUrl: "@thegame" };
      return { body: { items: [{ id: "UC-game", snippet }] } };
    }
    if (request.path === "/youtube/v3/videos" && request.method === "DELETE") return remove(request.query.get("id"));
    if (request.path !== PATH) return youtubeError(404, "notFound");
    return request.method === "POST" ? open(request) : receive(request);
  });

  function open({ json, headers }: NetworkRequest): NetworkAnswer {
    const { title, description = "" } = json?.snippet ?? {};
    if (!title || title.length > 100) return youtubeError(400, "invalidTitle");
    if (Buffer.byteLength(description) > 5_000) return youtubeError(400, "invalidDescription");
    const id = `xa-${++lastId}`;
    const size = Number(headers["x-upload-content-length"]);
    const type = String(headers["x-upload-content-type"]);
    uploads.set(id, { id, resource: json, size, type, received: Buffer.alloc(0), videoId: undefined });
    return { headers: { location: `${server.url}${PATH}?uploadType=resumable&part=snippet,status&upload_id=${id}` } };
  }

  function receive({ query, headers, body }: NetworkRequest): NetworkAnswer {
    const upload = uploads.get(query.get("upload_id") ?? "");
    if (!upload) return youtubeError(404, "notFound");
    if (upload.videoId) return { body: { id: upload.videoId } };
    const [, start] = /^bytes (\d+)-\d+\/\d+$/.exec(String(headers["content-range"])) ?? [];
    if (start !== undefined) {
      if (Number(start) !== upload.received.length) return youtubeError(400, "badRequest");
      upload.received = Buffer.concat([upload.received, body.subarray(0, cut)]);
      cut = undefined;
    }
    if (upload.received.length < upload.size) {
      const range = upload.received.length > 0 && { range: `bytes=0-${upload.received.length - 1}` };
      return { status: 308, headers: { ...range } };
    }
    upload.videoId = `vid${videos.length + 1}`;
    videos.push({ id: upload.videoId, text: upload.resource.snippet.description });
    return { status: 201, body: { id: upload.videoId, kind: "youtube#video" } };
  }

  function remove(id: string | null): NetworkAnswer {
    const index = videos.findIndex((video) => video.id === id);
    if (index < 0) return youtubeError(404, "videoNotFound");
    videos.splice(index, 1);
    return { status: 204 };
  }

  const isOpening = ({ method, path }: NetworkRequest) => method === "POST" && path === PATH;
  const isPublish = ({ method, headers }: NetworkRequest) => {
    const [, end, size] = /^bytes \d+-(\d+)\/(\d+)$/.exec(String(headers["content-range"])) ?? [];
    return method === "PUT" && end !== undefined && Number(end) + 1 === Number(size);
  };

  return {
    network: "youtube",
    url: server.url,
    server,
    uploads,
    cutNextChunk(bytes) {
      cut = bytes;
    },
    isOpening,
    isPublish,
    issueCode: oauth.issueCode,
    settings: {
      youtubeUrl: server.url,
      youtubeAuthorizeUrl: `${server.url}/o/oauth2/v2/auth`,
      youtubeOAuthUrl: server.url,
      youtubeClientId: GOOGLE_APP.clientId,
      youtubeClientSecret: GOOGLE_APP.clientSecret,
      youtubeMaxVideoBytes: 16_777_216,
    },
    connect: () => ({ id: "UC-game", handle: "thegame", credentials: oauth.connect() }),
    posts: () => videos.map((video) => ({ ...video })),
    failNext: failuresOf(server, {
      publishes: isPublish,
      error: youtubeError(503, "backendError"),
      rate: youtubeError(403, "quotaExceeded"),
      endGrants: oauth.end,
    }),
    close: () => server.close(),
  };
}
