import { defineDomain } from "../../kernel/domain.ts";
import { dataCalls } from "./calls.ts";

/** The Game Data Service: items by type and id, with one collection per type. */
export const dataDomain = defineDomain({
  name: "data",
  collections: [{ name: "dataType" }],
  calls: dataCalls,
});
