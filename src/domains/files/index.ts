import { defineDomain } from "../../kernel/domain.ts";
import { fileCalls } from "./calls.ts";
import { FileDeliveries } from "./file-deliveries.ts";
import { FORGOTTEN_SECONDS } from "./job.ts";
import { filesSettings } from "./settings.ts";

/** Uploaded files, and files delivered to a script through the delivery folder. */
export const filesDomain = defineDomain({
  name: "files",
  settings: filesSettings,
  collections: [
    { name: "upload", indexes: [[{ playerId: 1 }]] },
    { name: "fileDelivery", indexes: [[{ due: 1 }, { expireAfterSeconds: FORGOTTEN_SECONDS }]] },
  ],
  calls: fileCalls,
  service: { class: FileDeliveries, make: (kernel) => new FileDeliveries(kernel) },
});

export { downloadableFile } from "./calls.ts";
export { findUpload } from "./uploads.ts";
