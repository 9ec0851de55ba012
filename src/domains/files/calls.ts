import { settingsOf } from "../../config.ts";
import { type DownloadableFile, readDownloadable } from "../../game/downloadable-files.ts";
import { parsePlayerId } from "../../ids.ts";
import { text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { filesSettings } from "./settings.ts";
import { addUpload, deleteUpload, findUpload } from "./uploads.ts";

/** The limit of GameSparks: 20 MB. */
const MAX_DOWNLOADABLE_BYTES = 20 * 1024 * 1024;
const MAX_UPLOAD_CHARS = 3_500_000;

export const fileCalls: Record<string, Call> = {
  /** upload id, offset in characters → the next part, or null if the file does not exist */
  "file.uploaded": read(async (scope, [uploadId, offset]) => {
    const file = await findUpload(scope.store, text(uploadId, "uploadId"));
    return file ? partOf(scope, file.text, offset) : null;
  }),

  /** text, player id or null, file name, metadata as JSON text → the upload id */
  "file.upload": writeExactly(async (scope, [content, playerId, fileName, metaData]) => {
    const player = playerId === null ? undefined : parsePlayerId(playerId);
    if (playerId !== null && player === undefined) throw new CallError("player must be a player's id.");
    const most = settingsOf(scope.config, filesSettings).uploadsPerPlayer;
    const file = {
      player,
      text: text(content, "stringData", MAX_UPLOAD_CHARS),
      fileName: text(fileName, "fileName", 256),
      metaData: text(metaData, "metaData", 65_536),
      now: scope.clock.now(),
    };
    const uploadId = await addUpload(scope.store, file, most);
    if (uploadId === undefined) throw new CallError(`The player already has ${most} uploaded files.`);
    return uploadId;
  }),

  /** upload id → whether the file existed */
  "file.deleteUploaded": writeExactly(({ store }, [uploadId]) => deleteUpload(store, text(uploadId, "uploadId"))),

  /** short code, offset in characters → the next part, or null if the downloadable does not exist */
  "file.downloadable": read(async (scope, [shortCode, offset]) => {
    const file = await downloadableFile(scope, text(shortCode, "shortCode"));
    return file ? partOf(scope, file.content.toString("utf8"), offset) : null;
  }),
};

/** Half the maximum size of a result, which leaves room for JSON escapes. */
function partOf({ config }: CallScope, content: string, offset: unknown): { text: string; more: boolean } {
  const from = whole(offset, "offset");
  const to = from + Math.floor(config.scriptResultChars / 2);
  return { text: content.slice(from, to), more: to < content.length };
}

/** Returns undefined if the downloadable does not exist. @throws CallError if it has no file or a too large one */
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
      `The downloadable ${shortCode} has no file. Add one with that name to downloadables/ in the game's folder.`,
    );
  }
  return file;
}
