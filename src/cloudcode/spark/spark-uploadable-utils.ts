import { jsonArgument, nameArgument, textArgument } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { stringify } from "../realm/originals.ts";
import { fileText } from "./spark-files.ts";
import { playerArgument } from "./spark-message.ts";
import type { SparkPlayer } from "./spark-player.ts";

/** Uploads by scripts. */
export class SparkUploadableUtils {
  /** Stores text as an uploaded file, of a player or without owner, and returns its id. */
  uploadString(stringData: string, player: SparkPlayer | null, fileName: string, metaData?: unknown): string {
    const method = "SparkUploadableUtils.uploadString";
    const text = stringify(textArgument(method, "stringData", stringData));
    const isNobody = player === null || player === undefined;
    const owner = isNobody ? "null" : stringify(playerArgument(method, "player", player));
    const name = stringify(nameArgument(method, "fileName", fileName));
    const meta = stringify(jsonArgument(method, "metaData", metaData));
    return askHost("file.upload", `,${text},${owner},${name},${meta}`) as string;
  }

  /** The text of an uploaded file, or null. */
  retrieveString(uploadId: string): string | null {
    return fileText("file.uploaded", "SparkUploadableUtils.retrieveString", "uploadId", uploadId);
  }
}

addProperties(SparkUploadableUtils);
