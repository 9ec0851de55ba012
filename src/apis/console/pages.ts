import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { socketSources } from "./access.ts";
import type { ConsoleOptions } from "./context.ts";

/** Beside `src/` and `dist/`. */
const BUILT = fileURLToPath(new URL("../../../build/console/", import.meta.url));
/** Files whose names change with their content. */
const HASHED = /^assets\/.*[-.][\w-]{8,}\.\w+$/;
const MISSING =
  "The console's page is not built. Run npm run build:console in the server's folder, then reload this page.\n";

/**
 * The console's page: the files of `build/console/`, and index.html for every other path below `/console/`. Only files that
 * the folder lists are read, so a path of a client never becomes a path of the disk.
 */
export function addPages(
  scope: FastifyInstance,
  { server }: Pick<ConsoleOptions, "server">,
  folder: string = BUILT,
): void {
  let files: ReadonlySet<string> = new Set();

  const serve = async (request: FastifyRequest, reply: FastifyReply) => {
    const { "*": path = "" } = request.params as { "*"?: string };
    if (!files.has(path)) files = await filesIn(folder);
    if (!files.has("index.html")) return reply.code(503).type("text/plain; charset=utf-8").send(MISSING);
    const file = files.has(path) ? path : "index.html";
    reply.headers({
      "content-security-policy": policy(socketSources(server.config, request.headers.host ?? "")),
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": HASHED.test(file) ? "private, max-age=31536000, immutable" : "no-store",
    });
    return reply.sendFile(file, folder, { cacheControl: false, dotfiles: "ignore" });
  };

  scope.register(fastifyStatic, { root: folder, serve: false });
  scope.get("/console", async (_request, reply) => reply.redirect("/console/", 308));
  scope.get("/console/", serve);
  scope.get("/console/*", serve);
}

function policy(sockets: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${sockets}`,
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

/** Paths of all files, with "/". Empty if there is no such folder. */
async function filesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Set(paths.map((path) => relative(folder, path).split(sep).join("/")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Set();
    throw error;
  }
}
