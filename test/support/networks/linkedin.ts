import type { NetworkAccount } from "../../../src/publishers/publisher.ts";
import { counterOf, failuresOf } from "./failures.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** LinkedIn's OAuth 2, Posts API and Images API with one user, who administers one page, as learn.microsoft.com has them. */
export interface LinkedinStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  /** A code that `exchange` takes once, of a user who allowed `scope`. */
  code(scope: string): string;
  expireAccess(): void;
  /** Images are processed so many looks later; "PROCESSING_FAILED" for ever. */
  processing: number | "PROCESSING_FAILED";
  created: LinkedinPost[];
}

interface LinkedinPost {
  id: string;
  author: string;
  /** As it was sent. */
  commentary: string;
  content?: unknown;
  createdAt: number;
}

export const PERSON = "urn:li:person:ada-1";
export const PAGE = "urn:li:organization:77";
const CLIENT = { id: "linkedin-client", secret: "linkedin client secret" };
export const REDIRECT = "https://game.example/callback";
/** Outside of these, text is markup. */
const ESCAPED = /\\([\\|{}@[\]()<>*_~#])/g;

export async function startLinkedin(now: () => number = Date.now): Promise<LinkedinStandIn> {
  const codes = new Map<string, string>();
  const access = new Map<string, { isExpired: boolean }>();
  const refresh = new Set<string>();
  const images = new Map<string, { looks: number; isUploaded: boolean }>();
  const nextToken = counterOf("linkedin-token-");
  const nextId = counterOf("720000000000000");

  const server = await startNetworkServer((request) => {
    const { method, path, headers } = request;
    if (path.startsWith("/oauth/v2/")) return clientCall(request);
    const grant = access.get(/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
    if (!grant)
      return apiError(
        401,
        "REVOKED_ACCESS_TOKEN",
        65_601,
        "The token used in the request has been revoked by the user",
      );
    if (grant.isExpired)
      return apiError(401, "EXPIRED_ACCESS_TOKEN", 65_602, "The token used in the request has expired");
    if (path === "/v2/userinfo")
      return { body: { sub: "ada-1", name: "Ada L.", picture: "https://media.example/a.jpg" } };
    if (path.startsWith("/upload/")) {
      images.get(path.slice("/upload/".length))!.isUploaded = request.body.length > 0;
      return { status: 201 };
    }
    if (headers["linkedin-version"] !== "202607") {
      return apiError(426, "NONEXISTENT_VERSION", 0, `Requested version ${headers["linkedin-version"]} is not active`);
    }
    if (headers["x-restli-protocol-version"] !== "2.0.0")
      return apiError(400, "ILLEGAL_ARGUMENT", 0, "protocol version");
    if (path === "/rest/organizationAcls") {
      return {
        body: { elements: [{ organization: PAGE, role: "ADMINISTRATOR", roleAssignee: PERSON, state: "APPROVED" }] },
      };
    }
    if (path === "/rest/organizationsLookup") {
      return { body: { results: { 77: { id: 77, localizedName: "Ada's games", vanityName: "adas-games" } } } };
    }
    if (path.startsWith("/rest/images")) return imageCall(request);
    if (path === "/rest/posts" && method === "POST") return create(request.json);
    if (path === "/rest/posts") return list(request);
    if (method !== "DELETE" || headers["x-restli-method"] !== "DELETE")
      return apiError(404, "NOT_FOUND", 0, "No resource");
    const id = decodeURIComponent(path.slice("/rest/posts/".length));
    standIn.created = standIn.created.filter((post) => post.id !== id);
    return { status: 204 };
  });

  const standIn: LinkedinStandIn = {
    network: "linkedin",
    url: server.url,
    server,
    settings: {
      linkedinClientId: CLIENT.id,
      linkedinClientSecret: CLIENT.secret,
      linkedinScopes: "openid profile w_member_social",
      linkedinVersion: "202607",
      linkedinUrl: server.url,
      linkedinApiUrl: server.url,
    },
    processing: 0,
    created: [],
    code(scope) {
      const code = nextToken();
      codes.set(code, scope);
      return code;
    },
    expireAccess: () => {
      for (const grant of access.values()) grant.isExpired = true;
    },
    connect(): NetworkAccount {
      const { access_token: token, refresh_token: refreshToken } = granted("w_member_social,r_member_social");
      const credentials = { token, refreshToken, expiresAt: now() + 5_184_000_000 };
      return { id: PERSON, facts: { canRead: "true" }, credentials };
    },
    posts: () => standIn.created.map(({ id, commentary }) => ({ id, text: commentary.replace(ESCAPED, "$1") })),
    failNext: failuresOf(server, {
      publishes: ({ method, path }) => path === "/rest/posts" && method === "POST",
      error: apiError(500, "INTERNAL_SERVER_ERROR", 0, "Internal Server Error"),
      rate: {
        ...apiError(
          429,
          "TOO_MANY_REQUESTS",
          101,
          "Resource level throttle limit for calls to this resource is reached.",
        ),
        headers: { "retry-after": "3600" },
      },
      endGrants: () => {
        access.clear();
        refresh.clear();
      },
    }),
    close: () => server.close(),
  };
  return standIn;

  function granted(scope: string) {
    const tokens = { access_token: nextToken(), refresh_token: nextToken() };
    access.set(tokens.access_token, { isExpired: false });
    refresh.add(tokens.refresh_token);
    return { ...tokens, expires_in: 5_184_000, refresh_token_expires_in: 31_536_000, scope };
  }

  function clientCall({ path, form }: NetworkRequest): NetworkAnswer {
    if (form.get("client_id") !== CLIENT.id || form.get("client_secret") !== CLIENT.secret) {
      return oauthError(401, "invalid_client", "Client authentication failed");
    }
    if (path === "/oauth/v2/revoke") {
      const isKnown = access.delete(form.get("token") ?? "");
      return isKnown ? { body: {} } : oauthError(400, "invalid_request", "The provided access token is invalid");
    }
    if (form.get("grant_type") === "refresh_token") {
      const isKnown = refresh.has(form.get("refresh_token") ?? "");
      return isKnown
        ? { body: granted("w_member_social,r_member_social") }
        : oauthError(
            400,
            "invalid_request",
            "The provided authorization grant or refresh token is invalid, expired or revoked.",
          );
    }
    const scope = codes.get(form.get("code") ?? "");
    if (scope === undefined || form.get("redirect_uri") !== REDIRECT) {
      return oauthError(
        400,
        "invalid_request",
        "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired.",
      );
    }
    codes.delete(form.get("code")!);
    return { body: granted(scope) };
  }

  function imageCall({ method, path, json }: NetworkRequest): NetworkAnswer {
    if (method === "POST") {
      const id = `C4E${images.size}`;
      images.set(id, { looks: 0, isUploaded: false });
      const image = `urn:li:image:${id}`;
      if (!json.initializeUploadRequest?.owner) return apiError(400, "ILLEGAL_ARGUMENT", 0, "owner");
      return {
        body: { value: { uploadUrlExpiresAt: now() + 86_400_000, uploadUrl: `${server.url}/upload/${id}`, image } },
      };
    }
    const image = images.get(decodeURIComponent(path).replace("/rest/images/urn:li:image:", ""));
    if (!image?.isUploaded) return { body: { status: "WAITING_UPLOAD" } };
    if (standIn.processing === "PROCESSING_FAILED") return { body: { status: "PROCESSING_FAILED" } };
    return { body: { status: image.looks++ >= standIn.processing ? "AVAILABLE" : "PROCESSING" } };
  }

  function create({
    author,
    commentary,
    content,
    lifecycleState,
    visibility,
    distribution,
  }: Record<string, string>): NetworkAnswer {
    if (![PERSON, PAGE].includes(author!)) {
      return apiError(403, "ACCESS_DENIED", 0, "Field Value validation failed in REQUEST_BODY: /author");
    }
    if (commentary === undefined || lifecycleState !== "PUBLISHED" || !visibility || !distribution) {
      return apiError(400, "MISSING_FIELD", 0, "A required field is missing");
    }
    if (/[|{}@[\]()<>*_~]/.test(commentary.replace(ESCAPED, "")))
      return apiError(400, "ILLEGAL_ARGUMENT", 0, "little text");
    const same = standIn.created.find((post) => post.author === author && post.commentary === commentary && commentary);
    if (same) {
      return apiError(422, "DUPLICATE_POST", 0, `Content is a duplicate of ${same.id}`);
    }
    const id = `urn:li:share:${nextId()}`;
    standIn.created.push({
      id,
      author: author!,
      commentary,
      ...(content !== undefined && { content }),
      createdAt: now(),
    });
    return { status: 201, headers: { "x-restli-id": id } };
  }

  function list({ query, headers }: NetworkRequest): NetworkAnswer {
    if (query.get("q") !== "author" || headers["x-restli-method"] !== "FINDER") {
      return apiError(400, "ILLEGAL_ARGUMENT", 0, "finder");
    }
    const own = standIn.created.filter(({ author }) => author === query.get("author")).reverse();
    const elements = own.slice(0, Number(query.get("count"))).map((post) => ({
      ...post,
      commentary: post.commentary.replace(/(?<=^|\s)#(\w+)/g, "{hashtag|\\#|$1}"),
      publishedAt: post.createdAt,
      lifecycleState: "PUBLISHED",
    }));
    return { body: { elements, paging: { start: 0, count: 50, links: [] } } };
  }
}

export function apiError(status: number, code: string, serviceErrorCode: number, message: string): NetworkAnswer {
  return { status, body: { status, code, ...(serviceErrorCode && { serviceErrorCode }), message } };
}

export function oauthError(status: number, error: string, error_description: string): NetworkAnswer {
  return { status, body: { error, error_description } };
}
