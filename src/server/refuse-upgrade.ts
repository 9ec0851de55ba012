import type { Duplex } from "node:stream";

/** Why a socket is refused. SDKs search for `words` in the error text; some then stop reconnecting. */
export interface UpgradeRefusal {
  code: number;
  words: string;
  detail: string;
}

/** Answers an upgrade with an HTTP error. SDKs show either the status line or the body, so the words are in both. */
export function refuseUpgrade(wire: Duplex, { code, words, detail }: UpgradeRefusal): void {
  const body = `${words}: ${detail}\n`;
  wire.once("finish", () => wire.destroy());
  wire.end(
    `HTTP/1.1 ${code} ${words}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
