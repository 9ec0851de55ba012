import { settingsOf } from "../../config.ts";
import { type DownloadableFile, readDownloadable } from "../../game/downloadable-files.ts";
import { parsePlayerId } from "../../ids.ts";
import { text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { filesSettings } from "./settings.ts";
import { addUpload, deleteUpload, findUpload } from "./uploads.ts";

/** As GameSparks had it: 20 MB. */
const MAX_DOWNLOADABLE_BYTES = 20 * 1024 * 1024;
const MAX_UPLOAD_CHARS = 3_500_000;

export const fileCalls: Record<string, Call> = {
  /** upload id, how many characters are known; answers what follows, or null where there is no such file */
  "file.uploaded": read(async (scope, [uploadId, known]) => {
    const file = await findUpload(scope.store, text(uploadId, "uploadId"));
    return file ? partOf(scope, file.text, known) : null;
  }),

  /** text, the player's id or null, the file's name, meta data as JSON text; answers the upload id */
  "file.upload": writeExactly(async (scope, [content, playerId, fileName, metaData]) => {
    const player = playerId === null ? undefined : parsePlayerId(playerId);
    if (playerId !== null && player === undefined) throw new CallError("player must be a player.");
    const most = settingsOf(scope.config, filesSettings).uploadsPerPlayer;
    const file = {
      player,
      text: text(content, "stringData", MAX_UPLOAD_CHARS),
      fileName: text(fileName, "fileName", 256),
      metaData: text(metaData, "metaData", 65_536),
      now: scope.clock.now(),
    };
    const uploadId = await addUpload(scope.store, file, most);
    if (uploadId === undefined) throw new CallError(`There are ${most} uploaded files of the player already.`);
    return uploadId;
  }),

  /** upload id; answers whether there was one */
  "file.deleteUploaded": writeExactly(({ store }, [uploadId]) => deleteUpload(store, text(uploadId, "uploadId"))),

  /** short code, how many characters are known; answers what follows, or null where there is no such downloadable */
  "file.downloadable": read(async (scope, [shortCode, known]) => {
    const file = await downloadableFile(scope, text(shortCode, "shortCode"));
    return file ? partOf(scope, file.content.toString("utf8"), known) : null;
  }),
};

/** As much of a file as an answer may have, in JSON, whatever its characters are. */
function partOf({ config }: CallScope, content: string, known: unknown): { text: string; more: boolean } {
  const from = whole(known, "known");
  const to = from + Math.floor(config.scriptResultChars / 2);
  return { text: content.slice(from, to), more: to < content.length };
}

/** The file of a downloadable; undefined where there is no such downloadable. */
export async function downloadableFile(
  { game }: Pick<CallScope, "game">,
  shortCode: string,
): Promise<DownloadableFile | undefined> {
  const file = await readDownloadable(game.folder, shortCode, MAX_DOWNLOADABLE_BYTES);
  if (file === "too-large") {
    throw new CallError(`The downloadable ${shortCode} is larger than ${MAX_DOWNLOADABLE_BYTES} bytes.`);
  }
  if (file === undefined && game.downloadables.has(shortCode)) {
    throw new CallError(
      `The downloadable ${shortCode} has no file: the game's folder needs one in downloadables/ that is called so.`,
    );
  }
  return file;
}
