import { hmacMatches, hmacOf } from "./hmac.ts";

const SHIFT = 10;

/**
 * The C# SDK's framing if the secret contains ":". It only obfuscates: 10 is added to each UTF-16 unit and the text is
 * reversed. After the handshake, JSON is wrapped in `{"json": …, "hmac": …}`. Outgoing JSON is ASCII, because shifted
 * surrogates would not survive UTF-8.
 */
export class SecureFraming {
  #key: string | undefined = undefined;

  begin(secret: string, sessionId: string): void {
    this.#key = `${secret}-${sessionId}`;
  }

  wrap(json: string): string {
    const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    if (this.#key === undefined) return shifted(ascii, SHIFT);
    return shifted(JSON.stringify({ json: ascii, hmac: hmacOf(ascii, this.#key) }), SHIFT);
  }

  /** The JSON inside a frame. Undefined if the framing or the hmac is wrong. */
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

  /** Whether a first frame is plain JSON, so the client does not use framing after all. */
  isPlain(frame: string): boolean {
    return this.#key === undefined && frame.startsWith("{");
  }
}

function shifted(text: string, by: number): string {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[text.length - 1 - i] = text.charCodeAt(i) + by;
  return Buffer.from(units.buffer).toString("utf16le");
}
