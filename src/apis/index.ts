import type { Api } from "./api.ts";
import { ayrshare } from "./ayrshare/index.ts";

/** All HTTP APIs for back offices. */
export const apis: readonly Api[] = [ayrshare];
