import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/** By content encoding: what undoes it, told the first byte. */
const DECODERS = new Map<string, (first: number) => Transform>([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", (first) => (beginsZlib(first) ? createInflate() : createInflateRaw())],
  ["br", () => createBrotliDecompress()],
]);

/**
 * The body as it was before the server compressed it, read no faster than it is asked for. What has no body may name an
 * encoding all the same, and is empty.
 */
export async function decoded(response: IncomingMessage): Promise<Readable> {
  const create = DECODERS.get(response.headers["content-encoding"]?.trim().toLowerCase() ?? "");
  if (!create) return response;
  await once(response, "readable");
  const first: Buffer | null = response.read(1);
  if (!first) return response;
  response.unshift(first);
  // A failure of either is the decoder's, which is read.
  return pipeline(response, create(first[0]!), () => {});
}

/**
 * "deflate" is zlib's format by the standard, and deflate without its frame by many a server. No deflate stream begins as
 * zlib's does: it would be a block of stored bytes whose padding is not zero.
 */
function beginsZlib(first: number): boolean {
  return (first & 0x0f) === 8;
}
