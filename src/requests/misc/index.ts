import type { AnyRequest } from "../definition.ts";

export const miscRequests: readonly AnyRequest[] = [];
