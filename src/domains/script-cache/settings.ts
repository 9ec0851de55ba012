import { whole } from "../../setting.ts";

export const scriptCacheSettings = {
  scriptCacheEntries: whole(
    "Maximum number of SparkCache values held in memory per stage; the others are read from the store.",
    1_000,
    1,
  ),
  scriptCacheBytes: whole("Maximum memory for these values per stage.", 33_554_432, 1024),
};
