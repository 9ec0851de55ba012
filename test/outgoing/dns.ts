import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";

/** A name server on this machine. What it has no entry for it says nothing to, ever. */
export interface NameServer {
  /** As `NamesOptions.servers` has it. */
  address: string;
  /** The questions so far, as "A name" and "AAAA name". */
  asked: string[];
  /** Resolves when so many questions came. */
  hasAsked(count: number): Promise<void>;
  close(): void;
}

/** By question ("A name" or "AAAA name"): its addresses; "nothing" where the name has none, "unknown" where it is not there. */
export type Entries = Record<string, readonly string[] | "nothing" | "unknown">;

const TYPES: Record<number, string> = { 1: "A", 28: "AAAA" };

export async function startNameServer(entries: Entries): Promise<NameServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  let isClosed = false;
  let reported: (() => void) | undefined;
  socket.on("message", (message, { port, address }) => {
    const { question, end } = questionOf(message);
    asked.push(question);
    reported?.();
    const entry = entries[question];
    if (entry !== undefined) socket.send(answerOf(message, end, entry), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    hasAsked: (count) =>
      new Promise((resolve) => {
        reported = () => asked.length >= count && resolve();
        reported();
      }),
    close() {
      if (!isClosed) socket.close();
      isClosed = true;
    },
  };
}

function questionOf(message: Buffer): { question: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = TYPES[message.readUInt16BE(at + 1)] ?? "?";
  return { question: `${type} ${labels.join(".").toLowerCase()}`, end: at + 5 };
}

/** The header with one question and no more, the question, and a record for each address. */
function answerOf(message: Buffer, end: number, entry: Entries[string]): Buffer {
  const addresses = typeof entry === "string" ? [] : entry!;
  const header = Buffer.from(message.subarray(0, 12));
  header.writeUInt16BE(entry === "unknown" ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, message.subarray(12, end), ...addresses.map(recordOf)]);
}

function recordOf(address: string): Buffer {
  const data = isIPv4(address)
    ? Buffer.from(address.split(".").map(Number))
    : // Written in full: eight groups.
      Buffer.concat(address.split(":").map((group) => Buffer.from(group.padStart(4, "0"), "hex")));
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(isIPv4(address) ? 1 : 28, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([record, data]);
}
