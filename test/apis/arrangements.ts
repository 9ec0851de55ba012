import type { Api } from "../../src/apis/api.ts";
import type { Arrangements } from "../support/api-examples.ts";
import { ayrshareArrangements } from "./ayrshare/arrangements.ts";
import { hookedArrangements } from "./hooked/arrangements.ts";
import { layersArrangements } from "./layers/arrangements.ts";

/** What the examples of each API rely on. */
export const arrangements: Readonly<Partial<Record<Api["name"], Arrangements>>> = {
  layers: layersArrangements,
  ayrshare: ayrshareArrangements,
  hooked: hookedArrangements,
};
