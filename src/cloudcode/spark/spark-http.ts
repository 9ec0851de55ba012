import { countArgument, jsonArgument, kindOf, nameArgument, textArgument } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { isArray, now, OriginalTypeError, ownKeys, parse, slice, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkHttpResponse } from "./spark-http-response.ts";
import { xmlArgument } from "./spark-xml.ts";

/** What a script keeps of its time to tell its player that there was no answer. */
const KEPT_MS = 100;

/**
 * A request to a server elsewhere. Each method that sends waits for the whole answer, whatever its status. It throws
 * where there is none: the server cannot be reached, its time is over, its answer is too large, its address is private.
 * A script may send `scriptHttpCalls` of them.
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

  /** Name and password for basic authentication. */
  setBasicAuth(username: string, password: string): SparkHttp {
    const method = "SparkHttp.setBasicAuth";
    const name = stringify(textArgument(method, "username", username));
    this.#credentials = `[${name},${stringify(textArgument(method, "password", password))}]`;
    return this;
  }

  /** Adds headers, such as `{"X-Key": "value"}`. Those of the connection itself cannot be set. */
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

  /** Sends a GET. It follows redirects. */
  get(): SparkHttpResponse {
    return this.#send("GET", "null");
  }

  /** Sends a DELETE. */
  delete(): SparkHttpResponse {
    return this.#send("DELETE", "null");
  }

  /** Posts the members of an object as a form; null as an empty one. */
  postForm(form: object): SparkHttpResponse {
    return this.#send("POST", formBody("SparkHttp.postForm", form));
  }

  /** Posts XML: what `getXml` or `getResponseXml` gave, or text. */
  postXml(form: object | string): SparkHttpResponse {
    return this.#send("POST", xmlBody("SparkHttp.postXml", form));
  }

  /** Posts a value as JSON. A string is sent as it is, as the JSON that it should be. */
  postJson(form: unknown): SparkHttpResponse {
    return this.#send("POST", jsonBody("SparkHttp.postJson", form));
  }

  /** Posts text. */
  postString(data: string): SparkHttpResponse {
    return this.#send("POST", textBody("SparkHttp.postString", data));
  }

  /** As `postForm`, by PUT. */
  putForm(form: object): SparkHttpResponse {
    return this.#send("PUT", formBody("SparkHttp.putForm", form));
  }

  /** As `postXml`, by PUT. */
  putXml(form: object | string): SparkHttpResponse {
    return this.#send("PUT", xmlBody("SparkHttp.putXml", form));
  }

  /** As `postJson`, by PUT. */
  putJson(form: unknown): SparkHttpResponse {
    return this.#send("PUT", jsonBody("SparkHttp.putJson", form));
  }

  /** As `postString`, by PUT. */
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

/** A request to a URL; without a time of its own it has what the server's settings give. */
export function sparkHttp(url: unknown, timeout: unknown): SparkHttp {
  const method = "Spark.getHttp";
  liveRun();
  const address = textArgument(method, "url", url);
  const isTimed = timeout !== undefined && timeout !== null;
  return new SparkHttp(address, isTimed ? countArgument(method, "timeout", timeout, 1) : 2 ** 31);
}

/** Milliseconds that a call may take for its failure to be caught. */
export function timeLeft(): number {
  const left = liveRun().endsAt - now() - KEPT_MS;
  return left > 1 ? left : 1;
}

/** An object as JSON text. */
function objectText(method: string, argument: string, value: unknown): string {
  if (typeof value !== "object" || value === null || isArray(value)) {
    throw new OriginalTypeError(
      `${method}: ${argument} must be an object, not ${isArray(value) ? "an array" : kindOf(value)}.`,
    );
  }
  return jsonArgument(method, argument, value);
}

/** Null is a form without members. */
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
