import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { deserialize, serialize } from "../../../src/bson.ts";
import type { Document } from "../../../src/store/store.ts";

/** MongoDB's wire protocol as far as the driver uses it: OP_MSG, and the OP_QUERY of its first hello. */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

/** A reply, or "cut": the connection is destroyed in place of one. */
export type Answer = Document | "cut";
export type Handler = (command: Document) => Promise<Answer>;

export interface WireServer {
  port: number;
  connections(): number;
  close(): Promise<void>;
}

export async function listen(handle: Handler): Promise<WireServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, handle);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function serve(socket: Socket, handle: Handler): void {
  let pieces: Buffer[] = [];
  let wanted = 16;
  let received = 0;
  socket.on("data", (data) => {
    pieces.push(data as Buffer);
    received += data.length;
    while (received >= wanted) {
      const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      const length = all.readInt32LE(0);
      const whole = received >= length;
      if (whole) void answer(socket, all.subarray(0, length), handle);
      const rest = whole ? all.subarray(length) : all;
      pieces = [rest];
      received = rest.length;
      wanted = rest.length < 16 ? 16 : rest.readInt32LE(0);
    }
  });
}

async function answer(socket: Socket, message: Buffer, handle: Handler): Promise<void> {
  const request = message.readInt32LE(4);
  const query = message.readInt32LE(12) === OP_QUERY;
  const reply = await handle(query ? readQuery(message) : readMessage(message));
  if (reply === "cut") {
    socket.destroy();
    return;
  }
  const body = serialize(reply, { ignoreUndefined: true });
  if (socket.writable) socket.write(query ? makeReply(request, body) : makeMessage(request, body));
}

function readQuery(message: Buffer): Document {
  const name = message.indexOf(0, 20);
  return read(message, name + 9).document;
}

function read(message: Buffer, at: number): { document: Document; end: number } {
  const end = at + message.readInt32LE(at);
  return { document: deserialize(message.subarray(at, end)), end };
}

/** A document, and lists of documents that belong into it as its members. */
function readMessage(message: Buffer): Document {
  let command: Document = {};
  const lists: Document = {};
  for (let at = 20; at < message.length; ) {
    if (message[at] === 0) {
      const section = read(message, at + 1);
      command = section.document;
      at = section.end;
    } else {
      const end = at + 1 + message.readInt32LE(at + 1);
      const name = message.indexOf(0, at + 5);
      const documents: Document[] = [];
      for (let next = name + 1; next < end; ) {
        const section = read(message, next);
        documents.push(section.document);
        next = section.end;
      }
      lists[message.toString("utf8", at + 5, name)] = documents;
      at = end;
    }
  }
  return { ...command, ...lists };
}

function header(length: number, request: number, operation: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(length, 0);
  bytes.writeInt32LE(request, 8);
  bytes.writeInt32LE(operation, 12);
  return bytes;
}

function makeMessage(request: number, body: Uint8Array): Buffer {
  return Buffer.concat([header(21 + body.length, request, OP_MSG), Buffer.alloc(5), body]);
}

function makeReply(request: number, body: Uint8Array): Buffer {
  const fields = Buffer.alloc(20);
  fields.writeInt32LE(1, 16);
  return Buffer.concat([header(36 + body.length, request, OP_REPLY), fields, body]);
}
