import type { Stage } from "../../game/game.ts";
import type { DeliveryFolder, FoundFile } from "./folder.ts";
import type { QuietFiles } from "./quiet-files.ts";

/** The delivery folder of one stage and this server's state for it. */
export interface Place {
  stage: Stage;
  folder: DeliveryFolder;
  quiet: QuietFiles;
  /** Files that were complete at the last listing, by the id of their jobs. */
  complete: ReadonlyMap<string, FoundFile>;
  isListing: boolean;
  /** Problems that were logged and persist. */
  reported: Set<string>;
}
