import type { Duplex } from "node:stream";

/** Why a socket is not opened. SDKs look for `words` in the text of the failure, some to stop trying. */
export interface UpgradeRefusal {
  code: number;
  words: string;
  detail: string;
}

/** Answers an upgrade with an HTTP error. The words stand in the status line and in the body, as SDKs show either. */
export function refuseUpgrade(wire: Duplex, { code, words, detail }: UpgradeRefusal): void {
  const body = `${words}: ${detail}\n`;
  wire.once("finish", () => wire.destroy());
  wire.end(
    `HTTP/1.1 ${code} ${words}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
