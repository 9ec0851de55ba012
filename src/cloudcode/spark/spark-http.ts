import { countArgument, jsonArgument, kindOf, nameArgument, textArgument } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { isArray, now, OriginalTypeError, ownKeys, parse, slice, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkHttpResponse } from "./spark-http-response.ts";
import { xmlArgument } from "./spark-xml.ts";

/** Reserved for the script to handle a time-out. */
const MIN_RESERVED_MS = 100;

/**
 * An HTTP request to another server. Methods that send it wait for the whole response, whatever its status. They throw
 * if there is none: the server is unreachable or too slow, its response is too large or its address is private. Limited
 * to `scriptHttpCalls` requests per script.
 */
export class SparkHttp {
  readonly #url: string;
  readonly #timeoutMs: number;
  #headers = "";
  #credentials = "null";

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /** Sets user name and password for basic authentication. */
  setBasicAuth(username: string, password: string): SparkHttp {
    const method = "SparkHttp.setBasicAuth";
    const name = stringify(textArgument(method, "username", username));
    this.#credentials = `[${name},${stringify(textArgument(method, "password", password))}]`;
    return this;
  }

  /** Adds headers, such as `{"X-Key": "value"}`. Connection headers cannot be set. */
  setHeaders(headers: object): SparkHttp {
    const method = "SparkHttp.setHeaders";
    const values = parse(objectText(method, "headers", headers)) as Record<string, unknown>;
    const names = ownKeys(values) as string[];
    let added = "";
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      const value = nameArgument(method, `headers.${name}`, values[name]);
      added += `,[${stringify(name)},${stringify(value)}]`;
    }
    this.#headers += added;
    return this;
  }

  /** Sends a GET request and follows redirects. */
  get(): SparkHttpResponse {
    return this.#send("GET", "null");
  }

  /** Sends a DELETE request. */
  delete(): SparkHttpResponse {
    return this.#send("DELETE", "null");
  }

  /** Posts an object as a form. Null is an empty form. */
  postForm(form: object): SparkHttpResponse {
    return this.#send("POST", formBody("SparkHttp.postForm", form));
  }

  /** Posts XML: a result of `getXml` or `getResponseXml`, or text. */
  postXml(form: object | string): SparkHttpResponse {
    return this.#send("POST", xmlBody("SparkHttp.postXml", form));
  }

  /** Posts a value as JSON. A string is sent unchanged; it should be JSON. */
  postJson(form: unknown): SparkHttpResponse {
    return this.#send("POST", jsonBody("SparkHttp.postJson", form));
  }

  /** Posts text. */
  postString(data: string): SparkHttpResponse {
    return this.#send("POST", textBody("SparkHttp.postString", data));
  }

  /** As `postForm`, with PUT. */
  putForm(form: object): SparkHttpResponse {
    return this.#send("PUT", formBody("SparkHttp.putForm", form));
  }

  /** As `postXml`, with PUT. */
  putXml(form: object | string): SparkHttpResponse {
    return this.#send("PUT", xmlBody("SparkHttp.putXml", form));
  }

  /** As `postJson`, with PUT. */
  putJson(form: unknown): SparkHttpResponse {
    return this.#send("PUT", jsonBody("SparkHttp.putJson", form));
  }

  /** As `postString`, with PUT. */
  putString(data: string): SparkHttpResponse {
    return this.#send("PUT", textBody("SparkHttp.putString", data));
  }

  #send(method: string, body: string): SparkHttpResponse {
    const left = timeLeft();
    const timeoutMs = this.#timeoutMs < left ? this.#timeoutMs : left;
    const headers = this.#headers === "" ? "[]" : `[${slice(this.#headers, 1)}]`;
    const args = `,"${method}",${stringify(this.#url)},${headers},${this.#credentials},${body},${timeoutMs}`;
    return new SparkHttpResponse(askHost("http.send", args));
  }
}

addProperties(SparkHttp);

/** Without a time-out of its own, the server's setting applies. */
export function sparkHttp(url: unknown, timeout: unknown): SparkHttp {
  const method = "Spark.getHttp";
  liveRun();
  const address = textArgument(method, "url", url);
  const isTimed = timeout !== undefined && timeout !== null;
  return new SparkHttp(address, isTimed ? countArgument(method, "timeout", timeout, 1) : 2 ** 31);
}

/** Milliseconds that a call may take. A tenth of the run's time is left to handle a failure. */
export function timeLeft(): number {
  const left = liveRun().endsAt - now();
  const reserved = left / 10 > MIN_RESERVED_MS ? left / 10 : MIN_RESERVED_MS;
  return left - reserved > 1 ? (left - reserved) | 0 : 1;
}

function objectText(method: string, argument: string, value: unknown): string {
  if (typeof value !== "object" || value === null || isArray(value)) {
    throw new OriginalTypeError(
      `${method}: ${argument} must be an object, not ${isArray(value) ? "an array" : kindOf(value)}.`,
    );
  }
  return jsonArgument(method, argument, value);
}

/** Null is an empty form. */
function formBody(method: string, form: unknown): string {
  return `["form",${form === null ? "{}" : objectText(method, "form", form)}]`;
}

function jsonBody(method: string, form: unknown): string {
  return `["json",${stringify(typeof form === "string" ? form : jsonArgument(method, "form", form))}]`;
}

function textBody(method: string, data: unknown): string {
  return `["text",${stringify(textArgument(method, "data", data))}]`;
}

function xmlBody(method: string, form: unknown): string {
  return `["xml",${stringify(xmlArgument(method, "form", form))}]`;
}
