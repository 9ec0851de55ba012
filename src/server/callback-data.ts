import { RequestError } from "../errors.ts";
import { unreadableForm } from "./refusals.ts";

const MAX_PARAMETERS = 1_000;
const LONGEST_NAME = 256;

export interface CallbackRequest {
  url: string;
  /** Undefined for methods without a body. */
  body: Buffer | undefined;
  contentType: string | undefined;
}

/**
 * A callback's script data: query and form parameters as text, or as a list if a name is repeated. Except for multipart
 * forms, the raw body is also available as `REQUEST_BODY`.
 * @throws RequestError if a form cannot be parsed or has too many parameters
 */
export async function callbackData({ url, body, contentType = "" }: CallbackRequest): Promise<Record<string, unknown>> {
  const parameters = new Parameters();
  const mark = url.indexOf("?");
  if (mark >= 0) parameters.addAll(new URLSearchParams(url.slice(mark + 1)));
  if (!body) return parameters.data();
  const type = contentType.split(";", 1)[0]!.trim().toLowerCase();
  if (type === "multipart/form-data") {
    await addMultipart(parameters, body, contentType);
    return parameters.data();
  }
  const text = body.toString("utf8");
  if (type === "application/x-www-form-urlencoded") parameters.addAll(new URLSearchParams(text));
  return { ...parameters.data(), REQUEST_BODY: text };
}

class Parameters {
  readonly #values = new Map<string, string[]>();
  #count = 0;

  add(name: string, value: string): void {
    if (++this.#count > MAX_PARAMETERS) throw unreadableForm(`At most ${MAX_PARAMETERS} parameters are allowed.`);
    if (name.length > LONGEST_NAME)
      throw unreadableForm(`A parameter name may have at most ${LONGEST_NAME} characters.`);
    if (name === "__proto__") return;
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  addAll(parameters: Iterable<[string, string]>): void {
    for (const [name, value] of parameters) this.add(name, value);
  }

  data(): Record<string, unknown> {
    const single = [...this.#values].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
    return Object.fromEntries(single);
  }
}

/** The parser is only loaded when needed. The body is already in memory and limited in size. */
async function addMultipart(parameters: Parameters, body: Buffer, contentType: string): Promise<void> {
  const { Busboy } = await import("@fastify/busboy");
  try {
    await new Promise<void>((resolve, reject) => {
      const limits = { parts: MAX_PARAMETERS + 1, fieldNameSize: LONGEST_NAME + 1, headerPairs: 50 };
      const parser = new Busboy({
        headers: { "content-type": contentType },
        limits: { ...limits, fieldSize: body.length },
        isPartAFile: () => false,
      });
      parser.on("field", (name, value) => {
        try {
          parameters.add(name, value);
        } catch (error) {
          reject(error);
        }
      });
      parser.on("finish", resolve);
      parser.on("error", reject);
      parser.end(body);
    });
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw unreadableForm("The body is not a valid multipart form for its content type.");
  }
}
