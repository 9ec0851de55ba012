import { createHash, createHmac } from "node:crypto";
import { text } from "../../kernel/scripts/arguments.ts";
import { type Call, read } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { md2 } from "./md2.ts";

const ALGORITHMS = new Set(["md5", "sha1", "sha256", "sha384", "sha512"]);
const LONGEST = 1_048_576;
/** MD2 takes the time of the server's own thread, and much of it. */
const LONGEST_OF_MD2 = 16_384;

/** Arguments: algorithm, form ("hex", "base64"), text, key or null, form of the key ("text", "hex", "base64"). */
const digest = read(async (_scope, [algorithm, form, data, key, keyForm]) => {
  const name = text(algorithm, "algorithm");
  if (name === "md2") {
    return md2(Buffer.from(text(data, "data", LONGEST_OF_MD2))).toString(form === "hex" ? "hex" : "base64");
  }
  if (!ALGORITHMS.has(name)) throw new CallError("There is no such digest.");
  const encoding = form === "hex" ? "hex" : "base64";
  const input = text(data, "data", LONGEST);
  if (key === null) return createHash(name).update(input, "utf8").digest(encoding);
  const keyEncoding = keyForm === "hex" ? "hex" : keyForm === "base64" ? "base64" : "utf8";
  const secret = Buffer.from(text(key, "key", LONGEST), keyEncoding);
  return createHmac(name, secret).update(input, "utf8").digest(encoding);
});

export const digestCalls: Record<string, Call> = { digest };
