import { textArgument } from "../realm/arguments.ts";
import { addLater, addMethod } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { stringify } from "../realm/originals.ts";
import { laterOfDigest } from "./later.ts";

/** Digests and keyed digests of text, in hex or Base64: `sha256Hex(data)`, `hmacSha1Base64(key, valueToDigest)`. */
export class SparkDigest {}

const ALGORITHMS = ["Md5", "Sha1", "Sha256", "Sha384", "Sha512"] as const;

for (const algorithm of ALGORITHMS) {
  for (const form of ["Hex", "Base64"] as const) {
    const plain = `${algorithm.toLowerCase()}${form}`;
    addMethod(SparkDigest, plain, (data: unknown) => digest(plain, algorithm, form, data, null, "text"));
    const keyed = `hmac${algorithm}${form}`;
    addMethod(SparkDigest, keyed, (key: unknown, valueToDigest: unknown) =>
      digest(keyed, algorithm, form, valueToDigest, key, "text"),
    );
    const encoded = `${keyed}With${form}Key`;
    addMethod(SparkDigest, encoded, (key: unknown, valueToDigest: unknown) =>
      digest(encoded, algorithm, form, valueToDigest, key, form),
    );
  }
}

addLater(SparkDigest, laterOfDigest);

function digest(
  method: string,
  algorithm: string,
  form: string,
  data: unknown,
  key: unknown,
  keyForm: string,
): unknown {
  const text = stringify(textArgument(`SparkDigest.${method}`, "the text", data));
  const secret =
    key === null && keyForm === "text" ? "null" : stringify(textArgument(`SparkDigest.${method}`, "key", key));
  return askHost(
    "digest",
    `,"${algorithm.toLowerCase()}","${form.toLowerCase()}",${text},${secret},"${keyForm.toLowerCase()}"`,
  );
}
