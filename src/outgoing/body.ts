/** Reads a whole body. Returns undefined and stops reading once it exceeds `maxBytes`. */
export async function readBounded(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    read.push(chunk);
  }
  return Buffer.concat(read, bytes);
}
