import { whole } from "../../setting.ts";

export const scriptCacheSettings = {
  scriptCacheEntries: whole("Values of SparkCache in memory, of each stage; others are read from the store.", 1_000, 1),
  scriptCacheBytes: whole("Memory that these may take, of each stage.", 33_554_432, 1024),
};
