const FIRST_BYTES = 16_384;

/**
 * Reads a whole body. Returns undefined and stops reading once it exceeds `maxBytes`. What arrives is copied once, chunk by
 * chunk, and again where the body is longer than expected: joining a video at the end would block the process.
 *
 * @param expected bytes, as the sender announced them; a hint, undefined if it did not
 */
export async function readBounded(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  expected?: number,
): Promise<Buffer | undefined> {
  let body = Buffer.allocUnsafeSlow(Math.min(expected || FIRST_BYTES, maxBytes));
  let bytes = 0;
  for await (const chunk of chunks) {
    const end = bytes + chunk.byteLength;
    if (end > maxBytes) return undefined;
    if (end > body.length) {
      const longer = Buffer.allocUnsafeSlow(Math.min(Math.max(end, 2 * body.length), maxBytes));
      longer.set(body.subarray(0, bytes));
      body = longer;
    }
    body.set(chunk, bytes);
    bytes = end;
  }
  return body.subarray(0, bytes);
}

/** The value of a `content-length`, as `readBounded` takes it. */
export function announced(contentLength: string | null | undefined): number | undefined {
  return /^\d{1,12}$/.test(contentLength ?? "") ? Number(contentLength) : undefined;
}

const CHUNK_BYTES = 65_536;

/** A body to send without copying it: a client may copy or encrypt a Buffer at once. */
export function streamOf(body: Buffer): ReadableStream {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      const chunk = body.subarray(sent, sent + CHUNK_BYTES);
      sent += chunk.length;
      if (chunk.length > 0) controller.enqueue(chunk);
      else controller.close();
    },
  });
}
