import type { AnyRoute } from "../../route.ts";
import { createLinkSession } from "./create-link-session.ts";
import { generateJwt } from "./generate-jwt.ts";
import { revokeLinkSession } from "./revoke-link-session.ts";

export const connectRoutes: readonly AnyRoute[] = [generateJwt, createLinkSession, revokeLinkSession];
