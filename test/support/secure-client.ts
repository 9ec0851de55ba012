import { hmacOf } from "../../src/server/hmac.ts";
import { type AnyFrame, type HandshakeOptions, TestClient } from "./client.ts";

/** A client that frames as the C# SDK does where the secret contains ":"; it refuses a frame with a wrong signature. */
export class SecureClient extends TestClient {
  #secret = "";

  override handshake(options: HandshakeOptions): Promise<AnyFrame> {
    this.#secret = options.secret;
    return super.handshake(options);
  }

  override decode(text: string): AnyFrame {
    const frame = JSON.parse(shift(text, -10));
    if (this.sessionId === undefined) return frame;
    if (frame.hmac !== this.#sign(frame.json)) throw new Error(`a frame is not signed: ${JSON.stringify(frame)}`);
    return JSON.parse(frame.json);
  }

  override encode(frame: unknown): string {
    const json = JSON.stringify(frame);
    if (this.sessionId === undefined) return shift(json, 10);
    return shift(JSON.stringify({ json, hmac: this.#sign(json) }), 10);
  }

  #sign(json: string): string {
    return hmacOf(json, `${this.#secret}-${this.sessionId}`);
  }
}

/** The text reversed, with so much added to each UTF-16 unit. */
export function shift(text: string, by: number): string {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(text.length - 1 - i) + by;
  return Buffer.from(units.buffer).toString("utf16le");
}
