import type { AnyRequest } from "../definition.ts";

export const playerRequests: readonly AnyRequest[] = [];
