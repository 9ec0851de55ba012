import { readFile, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isFileError } from "../../files.ts";
import { writeWhole } from "../../game/save.ts";

/**
 * Where a running server takes commands, in the data folder, for the server's user only. The token is made at each start.
 * The file of a server that was killed remains, and its token is worthless.
 */
export interface AdminFile {
  /** Such as http://127.0.0.1:8080. */
  url: string;
  token: string;
}

const AdminFileSchema = Type.Object({
  url: Type.String({ pattern: "^http://[^/\\s]+$" }),
  token: Type.String({ pattern: "^[\\w-]{43}$" }),
});

const pathIn = (folder: string) => join(folder, "admin.json");

/** @param host as the server listens */
export async function writeAdminFile(
  folder: string,
  { host, port, token }: { host: string; port: number; token: string },
): Promise<void> {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const file: AdminFile = { url: `http://${isIP(reached) === 6 ? `[${reached}]` : reached}:${port}`, token };
  await writeWhole(pathIn(folder), `${JSON.stringify(file)}\n`);
}

/** Undefined if there is none or it is not such a file. @throws errors of file operations */
export async function readAdminFile(folder: string): Promise<AdminFile | undefined> {
  try {
    const file: unknown = JSON.parse(await readFile(pathIn(folder), "utf8"));
    return Value.Check(AdminFileSchema, file) ? file : undefined;
  } catch (error) {
    const isAbsent = isFileError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (isAbsent || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Leaves the file of a later server. */
export async function removeAdminFile(folder: string, token: string): Promise<void> {
  const file = await readAdminFile(folder).catch(() => undefined);
  if (file?.token === token) await rm(pathIn(folder), { force: true });
}
