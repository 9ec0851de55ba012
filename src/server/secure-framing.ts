import { hmacMatches, hmacOf } from "./hmac.ts";

const SHIFT = 10;

/**
 * The framing of the C# SDK where the secret contains ":", for one connection. It hides frames from a casual look: 10 is
 * added to each UTF-16 unit and the text reversed. From the end of the handshake the JSON travels as
 * `{"json": …, "hmac": …}`, keyed by secret and sessionId. Outgoing JSON is pure ASCII (`\uXXXX`), as shifted
 * surrogates would not survive UTF-8.
 */
export class SecureFraming {
  #key: string | undefined = undefined;

  /** The handshake is done. */
  begin(secret: string, sessionId: string): void {
    this.#key = `${secret}-${sessionId}`;
  }

  wrap(json: string): string {
    const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    if (this.#key === undefined) return shifted(ascii, SHIFT);
    return shifted(JSON.stringify({ json: ascii, hmac: hmacOf(ascii, this.#key) }), SHIFT);
  }

  /** The JSON inside a frame; undefined where it is not framed as it must be, or its hmac is wrong. */
  unwrap(frame: string): string | undefined {
    const text = shifted(frame, -SHIFT);
    if (this.#key === undefined) return text;
    try {
      const { json, hmac } = JSON.parse(text) as { json?: unknown; hmac?: unknown };
      return typeof json === "string" && hmacMatches(hmac, json, this.#key) ? json : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether a first frame is plain JSON: the client of this connection does not frame after all. */
  isPlain(frame: string): boolean {
    return this.#key === undefined && frame.startsWith("{");
  }
}

function shifted(text: string, by: number): string {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[text.length - 1 - i] = text.charCodeAt(i) + by;
  return Buffer.from(units.buffer).toString("utf16le");
}
