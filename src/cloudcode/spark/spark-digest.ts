import { textArgument } from "../realm/arguments.ts";
import { addMethod } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { stringify } from "../realm/originals.ts";

/** Digests and HMACs of text, in hex or Base64: `sha256Hex(data)`, `hmacSha1Base64(key, valueToDigest)`. */
export class SparkDigest {}

const ALGORITHMS = ["Md5", "Sha1", "Sha256", "Sha384", "Sha512"] as const;

for (const algorithm of ALGORITHMS) {
  for (const form of ["Hex", "Base64"] as const) {
    const plain = `${algorithm.toLowerCase()}${form}`;
    /** The digest of a text. */
    addMethod(SparkDigest, plain, (data: string): string => digest(plain, algorithm, form, data, null, "text"));
    const keyed = `hmac${algorithm}${form}`;
    /** The HMAC of a text. Null is an empty key. */
    addMethod(SparkDigest, keyed, (key: string | null, valueToDigest: string): string =>
      digest(keyed, algorithm, form, valueToDigest, key, "text"),
    );
    const encoded = `${keyed}With${form}Key`;
    /** The HMAC of a text. The key is encoded like the result. */
    addMethod(SparkDigest, encoded, (key: string, valueToDigest: string): string =>
      digest(encoded, algorithm, form, valueToDigest, key, form),
    );
  }
}

for (const form of ["Hex", "Base64"] as const) {
  const plain = `md2${form}`;
  /** The digest of a text of at most 16,384 characters. */
  addMethod(SparkDigest, plain, (data: string): string => digest(plain, "Md2", form, data, null, "text"));
}

function digest(method: string, algorithm: string, form: string, data: unknown, key: unknown, keyForm: string): string {
  const text = stringify(textArgument(`SparkDigest.${method}`, "the text", data));
  const secret =
    key === null && keyForm === "text" ? "null" : stringify(textArgument(`SparkDigest.${method}`, "key", key));
  return askHost(
    "digest",
    `,"${algorithm.toLowerCase()}","${form.toLowerCase()}",${text},${secret},"${keyForm.toLowerCase()}"`,
  ) as string;
}
