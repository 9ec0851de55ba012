import { defineDomain } from "../../kernel/domain.ts";
import { dataCalls } from "./calls.ts";

/** The Game Data Service: items by type and id, in collections of the game's own. */
export const dataDomain = defineDomain({
  name: "data",
  collections: [{ name: "dataType" }],
  calls: dataCalls,
});
