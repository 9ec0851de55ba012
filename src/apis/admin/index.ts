import { adminOperations } from "./admins.ts";
import { auditOperations } from "./audit.ts";
import { dataOperations } from "./data/index.ts";
import { keyOperations } from "./keys.ts";
import type { AnyOperation } from "./operation.ts";
import { organizationOperations } from "./organizations.ts";
import { playerOperations } from "./players/index.ts";
import { profileOperations } from "./profiles.ts";
import { switchOperations } from "./switch.ts";

/** What operators do, by the command line, under `/admin/` and in the console. */
export const operations: readonly AnyOperation[] = [
  ...keyOperations,
  ...organizationOperations,
  ...profileOperations,
  ...switchOperations,
  ...auditOperations,
  ...adminOperations,
  ...playerOperations,
  ...dataOperations,
];
