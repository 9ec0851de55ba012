import type { AnyRoute } from "../../route.ts";
import { createOauthUrl } from "./create-oauth-url.ts";
import { createReauthUrl } from "./create-reauth-url.ts";
import { getOauthStatus } from "./get-oauth-status.ts";

export const connectRoutes: readonly AnyRoute[] = [createOauthUrl, getOauthStatus, createReauthUrl];
