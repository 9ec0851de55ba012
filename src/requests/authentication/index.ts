import type { AnyRequest } from "../definition.ts";

export const authenticationRequests: readonly AnyRequest[] = [];
