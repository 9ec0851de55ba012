import { createHash, createHmac } from "node:crypto";
import { text } from "../../kernel/scripts/arguments.ts";
import { type Call, read } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { md2 } from "./md2.ts";

const ALGORITHMS = new Set(["md5", "sha1", "sha256", "sha384", "sha512"]);
const MAX_CHARS = 1_048_576;
/** MD2 is computed in JavaScript on the server's main thread, and is slow. */
const MAX_CHARS_MD2 = 16_384;

/** Arguments: algorithm, output format ("hex", "base64"), text, key or null, key format ("text", "hex", "base64"). */
const digest = read(async (_scope, [algorithm, form, data, key, keyForm]) => {
  const name = text(algorithm, "algorithm");
  if (name === "md2") {
    return md2(Buffer.from(text(data, "data", MAX_CHARS_MD2))).toString(form === "hex" ? "hex" : "base64");
  }
  if (!ALGORITHMS.has(name)) throw new CallError("Unknown digest algorithm.");
  const encoding = form === "hex" ? "hex" : "base64";
  const input = text(data, "data", MAX_CHARS);
  if (key === null) return createHash(name).update(input, "utf8").digest(encoding);
  const keyEncoding = keyForm === "hex" ? "hex" : keyForm === "base64" ? "base64" : "utf8";
  const secret = Buffer.from(text(key, "key", MAX_CHARS), keyEncoding);
  return createHmac(name, secret).update(input, "utf8").digest(encoding);
});

export const digestCalls: Record<string, Call> = { digest };
