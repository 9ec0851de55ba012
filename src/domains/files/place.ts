import type { Stage } from "../../game/game.ts";
import type { DeliveryFolder, FoundFile } from "./folder.ts";
import type { QuietFiles } from "./quiet-files.ts";

/** The folder of one stage, and what this server knows of it. */
export interface Place {
  stage: Stage;
  folder: DeliveryFolder;
  quiet: QuietFiles;
  /** By the id of their jobs: the files that were complete at the last listing. */
  complete: ReadonlyMap<string, FoundFile>;
  isListing: boolean;
  /** What was logged and still holds. */
  told: Set<string>;
}
