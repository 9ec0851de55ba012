import type { AnyOperation } from "../operation.ts";
import { collectionOperations } from "./collections.ts";
import { configurationOperations } from "./configuration.ts";
import { jobOperations } from "./jobs.ts";
import { logOperations } from "./log.ts";
import { metricsOperations } from "./metrics.ts";
import { scriptOperations } from "./scripts.ts";
import { socialOperations } from "./social.ts";

export const dataOperations: readonly AnyOperation[] = [
  ...collectionOperations,
  ...jobOperations,
  ...metricsOperations,
  ...logOperations,
  ...configurationOperations,
  ...scriptOperations,
  ...socialOperations,
];
