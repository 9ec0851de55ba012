import { addProperties } from "../realm/classes.ts";
import { OriginalError, parse } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { type SparkXml, xmlOrNull } from "./spark-xml.ts";

interface Answer {
  status: number;
  /** JSON text, as are the cookies. */
  headers: string;
  cookies: string;
  body: string;
}

/** The response of another server. Getters return a new value at each call. */
export class SparkHttpResponse {
  readonly #status: number;
  readonly #headers: string;
  readonly #cookies: string;
  readonly #body: string;

  constructor(answer: unknown) {
    const { status, headers, cookies, body } = answer as Answer;
    this.#status = status;
    this.#headers = headers;
    this.#cookies = cookies;
    this.#body = body;
  }

  /** The headers, with names as the server spelled them. Values of repeated headers are joined by ", ". */
  getHeaders(): unknown {
    liveRun();
    return parse(this.#headers);
  }

  /** The status code, such as 200. */
  getResponseCode(): number {
    liveRun();
    return this.#status;
  }

  /** The body as text; empty if there is none. */
  getResponseString(): string {
    liveRun();
    return this.#body;
  }

  /** The body as JSON, or null if it is empty. Throws if it is not JSON. */
  getResponseJson(): unknown {
    liveRun();
    if (this.#body === "") return null;
    try {
      return parse(this.#body);
    } catch {
      throw new OriginalError(
        `SparkHttpResponse.getResponseJson: the body is not JSON; its status is ${this.#status}.`,
      );
    }
  }

  /** The body as XML, or null if it is not XML. Throws if it is too large. Asks the server. */
  getResponseXml(): SparkXml | null {
    liveRun();
    return this.#body === "" ? null : xmlOrNull(this.#body);
  }

  /** The cookies that the response sets, by name. */
  getCookies(): unknown {
    liveRun();
    return parse(this.#cookies);
  }
}

addProperties(SparkHttpResponse);
