import type { Api } from "./api.ts";

/** All HTTP APIs for back offices. */
export const apis: readonly Api[] = [];
