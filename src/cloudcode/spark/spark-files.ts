import { nameOrNull } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { OriginalError, parse, stringify } from "../realm/originals.ts";
import { parseElement } from "./spark-xml.ts";
import { SparkXmlReader } from "./spark-xml-reader.ts";

/** Uploaded files and the game's downloadables. */
export class SparkFiles {
  /** Deletes an uploaded file; false if there is none. */
  deleteUploadedFile(uploadId: string): boolean {
    const id = nameOrNull("SparkFiles.deleteUploadedFile", "uploadId", uploadId);
    return id !== null && askHost("file.deleteUploaded", `,${stringify(id)}`) === true;
  }

  /** An uploaded file as JSON, or null. Throws if it is not JSON. */
  uploadedJson(uploadId: string): unknown {
    return uploadedJson("SparkFiles.uploadedJson", uploadId);
  }

  /** An uploaded file as XML, or null. Throws if it is not XML. */
  uploadedXml(uploadId: string): SparkXmlReader | null {
    return uploadedXml("SparkFiles.uploadedXml", uploadId);
  }

  /** A downloadable's file as JSON, or null if there is no such downloadable. Throws if the file is not JSON. */
  downloadableJson(shortCode: string): unknown {
    return downloadableJson("SparkFiles.downloadableJson", shortCode);
  }

  /** A downloadable's file as XML, or null if there is no such downloadable. Throws if the file is not XML. */
  downloadableXml(shortCode: string): SparkXmlReader | null {
    return downloadableXml("SparkFiles.downloadableXml", shortCode);
  }
}

addProperties(SparkFiles);

export function uploadedJson(method: string, uploadId: unknown): unknown {
  return jsonOf(method, fileText("file.uploaded", method, "uploadId", uploadId));
}

export function uploadedXml(method: string, uploadId: unknown): SparkXmlReader | null {
  return xmlOf(fileText("file.uploaded", method, "uploadId", uploadId));
}

export function downloadableJson(method: string, shortCode: unknown): unknown {
  return jsonOf(method, fileText("file.downloadable", method, "shortCode", shortCode));
}

export function downloadableXml(method: string, shortCode: unknown): SparkXmlReader | null {
  return xmlOf(fileText("file.downloadable", method, "shortCode", shortCode));
}

/** Reads a file's text in parts; null if there is no such file. */
export function fileText(
  call: "file.uploaded" | "file.downloadable",
  method: string,
  argument: string,
  value: unknown,
): string | null {
  const name = nameOrNull(method, argument, value);
  if (name === null) return null;
  let text = "";
  for (;;) {
    const part = askHost(call, `,${stringify(name)},${text.length}`) as { text: string; more: boolean } | null;
    if (part === null) return null;
    text += part.text;
    if (!part.more) return text;
  }
}

function jsonOf(method: string, text: string | null): unknown {
  if (text === null) return null;
  try {
    return parse(text);
  } catch {
    throw new OriginalError(`${method}: the file is not JSON.`);
  }
}

function xmlOf(text: string | null): SparkXmlReader | null {
  return text === null ? null : new SparkXmlReader(parseElement(text));
}
