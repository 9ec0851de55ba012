import { text, whole } from "../../setting.ts";

export const filesSettings = {
  uploadsPerPlayer: whole("Maximum number of uploaded files per player; a further upload is an error.", 100, 0),
  deliveryFolder: text(
    "Folder whose subfolders preview and live are watched for files for the script GS_FILE_DELIVERED. Empty: none.",
    "",
  ),
  deliveryQuietMs: whole(
    "A delivered file is picked up once it has not been written, moved or replaced for this long.",
    10_000,
    0,
    3_600_000,
  ),
  deliveryFileBytes: whole(
    "Maximum size of a delivered file; a larger one is moved to the folder failed without being read.",
    10_485_760,
    0,
    11_534_336,
  ),
  deliveriesKept: whole(
    "Number of delivered files per stage that scripts can read by uploadId; older ones are deleted.",
    100,
    1,
  ),
};
