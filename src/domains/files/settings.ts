import { text, whole } from "../../setting.ts";

export const filesSettings = {
  uploadsPerPlayer: whole("Files that one player may have uploaded; a further one is an error.", 100, 0),
  deliveryFolder: text(
    "The folder whose folders preview and live take files for the script GS_FILE_DELIVERED; empty: none are taken.",
    "",
  ),
  deliveryQuietMs: whole(
    "A file there is taken when nobody wrote, moved or replaced it for this long.",
    10_000,
    0,
    3_600_000,
  ),
  deliveryFileBytes: whole("A larger file is moved to the folder failed unread.", 10_485_760, 0, 11_534_336),
  deliveriesKept: whole("Delivered files that scripts read by their uploadId, of each stage; older ones go.", 100, 1),
};
