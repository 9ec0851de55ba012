import { createHash, createHmac } from "node:crypto";
import { type Call, CallError, read } from "./call.ts";
import { text } from "./check.ts";

const ALGORITHMS = new Set(["md5", "sha1", "sha256", "sha384", "sha512"]);
const LONGEST = 1_048_576;

/** Arguments: algorithm, form ("hex", "base64"), text, key or null, form of the key ("text", "hex", "base64"). */
const digest = read(async (_scope, [algorithm, form, data, key, keyForm]) => {
  const name = text(algorithm, "algorithm");
  if (!ALGORITHMS.has(name)) throw new CallError("There is no such digest.");
  const encoding = form === "hex" ? "hex" : "base64";
  const input = text(data, "data", LONGEST);
  if (key === null) return createHash(name).update(input, "utf8").digest(encoding);
  const keyEncoding = keyForm === "hex" ? "hex" : keyForm === "base64" ? "base64" : "utf8";
  const secret = Buffer.from(text(key, "key", LONGEST), keyEncoding);
  return createHmac(name, secret).update(input, "utf8").digest(encoding);
});

export const digestCalls: Record<string, Call> = { digest };
