import { randomBytes } from "node:crypto";
import { failuresOf } from "./failures.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** A stand-in for TikTok's OAuth and Content Posting API. */
export interface TikTokStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  readonly attempts: TikTokAttempt[];
  /** What the next posts do. */
  readonly next: { pending: number; failReason: string | undefined; isModerated: boolean };
  privacyLevels: string[];
  issueCode(redirectUri: string): string;
  isPublish(request: NetworkRequest): boolean;
}

export interface TikTokAttempt {
  publishId: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the call sent.
  json: any;
  pending: number;
  failReason: string | undefined;
  /** Larger than JavaScript's exact numbers; undefined while TikTok moderates it. */
  postId: string | undefined;
}

export const TIKTOK_APP = { clientKey: "awclientkey", clientSecret: "tiktok-app-secret-31" };
const VERSION = "/v2";
const ACCESS_S = 86_400;

export function tiktokError(code: string, status: number, message = "An error"): NetworkAnswer {
  return { status, body: { data: {}, error: { code, message, log_id: "2026010100000000000001" } } };
}

export async function startTikTok(now: () => number = Date.now): Promise<TikTokStandIn> {
  const accessTokens = new Map<string, number>();
  const refreshTokens = new Set<string>();
  const codes = new Map<string, string>();
  const attempts: TikTokAttempt[] = [];
  const next: TikTokStandIn["next"] = { pending: 0, failReason: undefined, isModerated: false };
  const random = (prefix: string) => `${prefix}${randomBytes(24).toString("hex")}`;
  let lastId = 7_300_000_000_000_000_001n;

  function grant() {
    const token = random("act.");
    const refreshToken = random("rft.");
    accessTokens.set(token, now() + ACCESS_S * 1000);
    refreshTokens.add(refreshToken);
    return { token, refreshToken, expiresAt: now() + ACCESS_S * 1000 };
  }

  const ok = (data: unknown): NetworkAnswer => ({ body: { data, error: { code: "ok", message: "", log_id: "1" } } });

  const server = await startNetworkServer((request) => {
    const path = request.path.slice(VERSION.length);
    if (path === "/oauth/token/") return issue(request.form);
    if (path === "/oauth/revoke/") return revoke(request.form);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if ((accessTokens.get(token) ?? 0) <= now()) {
      return tiktokError("access_token_invalid", 401, `The access token ${token} is invalid or not found`);
    }
    switch (path) {
      case "/user/info/":
        return ok({ user: { open_id: "open-1", display_name: "The Game", avatar_url: "https://p16.example/a.jpg" } });
      case "/post/publish/creator_info/query/":
        return ok({ creator_username: "the.game", privacy_level_options: standIn.privacyLevels });
      case "/post/publish/video/init/":
      case "/post/publish/content/init/":
        return init(request.json);
      case "/post/publish/status/fetch/":
        return status(request.json?.publish_id);
      default:
        return tiktokError("invalid_params", 404);
    }
  });

  function issue(form: URLSearchParams): NetworkAnswer {
    const refuse = (error: string) => ({ status: 400, body: { error, error_description: `${error}.`, log_id: "1" } });
    if (form.get("client_secret") !== TIKTOK_APP.clientSecret) return refuse("invalid_client");
    if (form.get("grant_type") === "refresh_token") {
      // The old refresh token stays valid until it expires, although TikTok may return another one.
      if (!refreshTokens.has(form.get("refresh_token") ?? "")) return refuse("invalid_grant");
    } else {
      const code = form.get("code") ?? "";
      if (codes.get(code) !== form.get("redirect_uri")) return refuse("invalid_grant");
      codes.delete(code);
    }
    const { token, refreshToken } = grant();
    return {
      body: {
        open_id: "open-1",
        scope: "user.info.basic,video.publish",
        access_token: token,
        expires_in: ACCESS_S,
        refresh_token: refreshToken,
        refresh_expires_in: 365 * 86_400,
        token_type: "Bearer",
      },
    };
  }

  function revoke(form: URLSearchParams): NetworkAnswer {
    if (!accessTokens.delete(form.get("token") ?? "")) {
      return { status: 400, body: { error: "invalid_grant", error_description: "The token is unknown.", log_id: "1" } };
    }
    refreshTokens.clear();
    return {};
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the call sent.
  function init(json: any): NetworkAnswer {
    const { post_info: info, source_info: source } = json ?? {};
    if (source?.source !== "PULL_FROM_URL") return tiktokError("invalid_params", 400);
    if (!standIn.privacyLevels.includes(info?.privacy_level)) return tiktokError("privacy_level_option_mismatch", 403);
    const urls: string[] = source.photo_images ?? [source.video_url];
    if (urls.some((url) => !url.startsWith("https://media.example/")))
      return tiktokError("url_ownership_unverified", 403);
    const publishId = `v_pub_url~v2.${attempts.length + 1}`;
    const postId = next.isModerated ? undefined : String(lastId++);
    attempts.push({ publishId, json, pending: next.pending, failReason: next.failReason, postId });
    return ok({ publish_id: publishId });
  }

  function status(publishId: string): NetworkAnswer {
    const attempt = attempts.find((candidate) => candidate.publishId === publishId);
    if (!attempt) return tiktokError("invalid_publish_id", 400);
    const answer = (data: string) =>
      ({ body: Buffer.from(`{"data":{${data}},"error":{"code":"ok","message":"","log_id":"1"}}`) }) as const;
    if (attempt.pending > 0) {
      attempt.pending--;
      return answer('"status":"PROCESSING_DOWNLOAD","downloaded_bytes":10');
    }
    if (attempt.failReason) return answer(`"status":"FAILED","fail_reason":"${attempt.failReason}"`);
    return answer(`"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[${attempt.postId ?? ""}]`);
  }

  const isPublish = ({ path }: NetworkRequest) => path.endsWith("/init/");
  const standIn: TikTokStandIn = {
    network: "tiktok",
    url: server.url,
    server,
    attempts,
    next,
    privacyLevels: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    isPublish,
    issueCode(redirectUri) {
      const code = random("code.");
      codes.set(code, redirectUri);
      return code;
    },
    settings: {
      tiktokUrl: `${server.url}${VERSION}`,
      tiktokAuthorizeUrl: `${server.url}/v2/auth/authorize/`,
      tiktokClientId: TIKTOK_APP.clientKey,
      tiktokClientSecret: TIKTOK_APP.clientSecret,
    },
    connect: () => ({ id: "open-1", credentials: grant() }),
    posts: () =>
      attempts
        .filter(({ failReason }) => failReason === undefined)
        .map(({ postId, json: { post_info: info } }) => ({
          id: postId ?? "pending",
          text: info.description ?? info.title ?? "",
        })),
    failNext: failuresOf(server, {
      publishes: isPublish,
      error: tiktokError("internal_error", 500),
      rate: tiktokError("rate_limit_exceeded", 429),
      endGrants: () => {
        accessTokens.clear();
        refreshTokens.clear();
      },
    }),
    close: () => server.close(),
  };
  return standIn;
}
