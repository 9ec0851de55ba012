import type { Api } from "./api.ts";
import { ayrshare } from "./ayrshare/index.ts";
import { hooked } from "./hooked/index.ts";
import { layers } from "./layers/index.ts";

/** All HTTP APIs for back offices. */
export const apis: readonly Api[] = [layers, hooked, ayrshare];
