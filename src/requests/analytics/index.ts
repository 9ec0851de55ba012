import type { AnyRequest } from "../definition.ts";

export const analyticsRequests: readonly AnyRequest[] = [];
