import type { Api } from "./api.ts";
import { hooked } from "./hooked/index.ts";

/** All HTTP APIs for back offices. */
export const apis: readonly Api[] = [hooked];
