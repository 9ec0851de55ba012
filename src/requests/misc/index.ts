import type { AnyRequest } from "../definition.ts";
import { socialStatus } from "./social-status.ts";

export const miscRequests: readonly AnyRequest[] = [socialStatus];
