import { failuresOf } from "./failures.ts";
import { GOOGLE_APP, googleError, googleOAuth } from "./google.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** A stand-in for the three APIs of Google Business Profile. */
export interface GmbStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  readonly localPosts: LocalPost[];
  /** The state of the next posts. */
  next: { state: string };
  issueCode(redirectUri: string, challenge: string): string;
  isPublish(request: NetworkRequest): boolean;
}

export interface LocalPost {
  name: string;
  summary?: string;
  state: string;
  createTime: string;
  searchUrl: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the call sent.
  json: any;
}

export const GMB_ACCOUNT = "111";
export const GMB_LOCATION = "201";
const POSTS = `/v4/accounts/${GMB_ACCOUNT}/locations/${GMB_LOCATION}/localPosts`;
const LOCATIONS = ["201", "202", "203"];

export async function startGmb(now: () => number = Date.now): Promise<GmbStandIn> {
  const oauth = googleOAuth(now);
  const localPosts: LocalPost[] = [];
  const next = { state: "LIVE" };
  let lastId = 0;

  const server = await startNetworkServer((request) => {
    const issued = oauth.answer(request);
    if (issued) return issued;
    const refusal = oauth.refusal(request);
    if (refusal) return refusal;
    const { method, path } = request;
    if (path === "/accounts/v1/accounts") {
      return { body: { accounts: [{ name: `accounts/${GMB_ACCOUNT}`, type: "PERSONAL" }, { name: "accounts/112" }] } };
    }
    if (path === `/locations/v1/accounts/${GMB_ACCOUNT}/locations`) return listLocations(request);
    // A group that has one of the same locations.
    if (path === "/locations/v1/accounts/112/locations") return { body: { locations: [{ name: "locations/201" }] } };
    if (path === POSTS) return method === "POST" ? create(request.json) : list(request);
    if (method === "DELETE") return remove(path.slice("/v4/".length));
    return googleError(404, "NOT_FOUND", "Requested entity was not found.");
  });

  function listLocations({ query }: NetworkRequest): NetworkAnswer {
    if (!query.get("readMask")) return googleError(400, "INVALID_ARGUMENT", "readMask is required");
    const start = Number(query.get("pageToken") ?? 0);
    const locations = LOCATIONS.slice(start, start + 2).map((id) => ({
      name: `locations/${id}`,
      title: `Shop ${id}`,
      metadata: { mapsUri: `https://maps.google.com/maps?cid=${id}` },
    }));
    return { body: { locations, ...(start + 2 < LOCATIONS.length && { nextPageToken: String(start + 2) }) } };
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the call sent.
  function create(json: any): NetworkAnswer {
    if (json?.topicType !== "STANDARD" || (json.summary ?? "").length > 1_500) {
      return googleError(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
    }
    const name = `${POSTS.slice("/v4/".length)}/${++lastId}`;
    const post: LocalPost = {
      name,
      ...(json.summary && { summary: json.summary }),
      state: next.state,
      createTime: new Date(now()).toISOString().replace("Z", "123456Z"),
      searchUrl: `https://local.google.com/place?id=${lastId}`,
      json,
    };
    localPosts.push(post);
    return { body: post };
  }

  function list({ query }: NetworkRequest): NetworkAnswer {
    const start = Number(query.get("pageToken") ?? 0);
    const newest = localPosts.toReversed();
    const page = newest.slice(start, start + 2);
    return { body: { localPosts: page, ...(start + 2 < newest.length && { nextPageToken: String(start + 2) }) } };
  }

  function remove(name: string): NetworkAnswer {
    const index = localPosts.findIndex((post) => post.name === name);
    if (index < 0) return googleError(404, "NOT_FOUND", "Requested entity was not found.");
    localPosts.splice(index, 1);
    return { body: {} };
  }

  const isPublish = ({ method, path }: NetworkRequest) => method === "POST" && path === POSTS;

  return {
    network: "gmb",
    url: server.url,
    server,
    localPosts,
    next,
    isPublish,
    issueCode: oauth.issueCode,
    settings: {
      gmbUrl: `${server.url}/v4`,
      gmbAccountsUrl: `${server.url}/accounts/v1`,
      gmbLocationsUrl: `${server.url}/locations/v1`,
      gmbAuthorizeUrl: `${server.url}/o/oauth2/v2/auth`,
      gmbOAuthUrl: server.url,
      gmbClientId: GOOGLE_APP.clientId,
      gmbClientSecret: GOOGLE_APP.clientSecret,
    },
    connect: () => ({ id: GMB_LOCATION, facts: { account: GMB_ACCOUNT }, credentials: oauth.connect() }),
    posts: () => localPosts.map(({ name, summary = "" }) => ({ id: name, text: summary })),
    failNext: failuresOf(server, {
      publishes: isPublish,
      error: googleError(503, "UNAVAILABLE"),
      rate: googleError(429, "RESOURCE_EXHAUSTED"),
      endGrants: oauth.end,
    }),
    close: () => server.close(),
  };
}
