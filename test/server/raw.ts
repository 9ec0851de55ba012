import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { hmacOf } from "../../src/server/hmac.ts";
import { API_KEY, DEVICE_SECRET, type TestApp } from "../support/app.ts";

/** A client that holds the TCP socket itself and may be as impolite as it likes. */
export interface RawClient {
  tcp: Socket;
  /** Text of everything that has come so far, frame headers included. */
  readonly received: string;
  /** Until the text has come. */
  until(text: string): Promise<void>;
}

/** Upgrades by hand. */
export async function rawClient(app: TestApp): Promise<RawClient> {
  const tcp = connect(app.port, "127.0.0.1");
  await once(tcp, "connect");
  let received = "";
  tcp.setEncoding("latin1");
  tcp.on("data", (chunk) => {
    received += chunk;
  });
  tcp.on("error", () => {});
  const client: RawClient = {
    tcp,
    get received() {
      return received;
    },
    async until(text) {
      while (!received.includes(text)) await once(tcp, "data");
    },
  };
  tcp.write(
    `GET /ws/device/${API_KEY} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  await client.until('"nonce"');
  await client.until("}");
  return client;
}

export async function shakeHands(client: RawClient): Promise<void> {
  const nonce = /"nonce":"([^"]+)"/.exec(client.received)![1]!;
  const hmac = hmacOf(nonce, DEVICE_SECRET);
  client.tcp.write(frame(JSON.stringify({ "@class": ".AuthenticatedConnectRequest", hmac })));
  await client.until('"sessionId"');
}

/** A client's frame: text by default, masked with zeros. */
export function frame(payload: string, { first = 0x81, mask = true }: { first?: number; mask?: boolean } = {}): Buffer {
  const body = Buffer.from(payload);
  const length =
    body.length < 126
      ? Buffer.from([body.length])
      : body.length < 65_536
        ? Buffer.from([126, body.length >> 8, body.length & 255])
        : Buffer.concat([Buffer.from([127, 0, 0, 0, 0]), Buffer.from(Uint32Array.of(body.length).buffer).reverse()]);
  if (mask) length[0]! |= 0x80;
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(mask ? 4 : 0), body]);
}

/** Until the socket is closed, in good order or not. */
export const gone = (tcp: Socket) => new Promise<void>((resolve) => tcp.once("close", () => resolve()));
