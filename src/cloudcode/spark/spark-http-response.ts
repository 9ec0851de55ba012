import { addProperties } from "../realm/classes.ts";
import { OriginalError, parse } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { type SparkXml, xmlOrNull } from "./spark-xml.ts";

interface Answer {
  status: number;
  /** JSON text, as the cookies. */
  headers: string;
  cookies: string;
  body: string;
}

/** What a server elsewhere answered. Each call gives a value of its own. */
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

  /** The headers by their names as the server spelled them; what it sent twice is joined by ", ". */
  getHeaders(): unknown {
    liveRun();
    return parse(this.#headers);
  }

  /** The status, such as 200. */
  getResponseCode(): number {
    liveRun();
    return this.#status;
  }

  /** The body as text; empty where there is none. */
  getResponseString(): string {
    liveRun();
    return this.#body;
  }

  /** The body as JSON; null where there is none. Throws where it is no JSON. */
  getResponseJson(): unknown {
    liveRun();
    if (this.#body === "") return null;
    try {
      return parse(this.#body);
    } catch {
      throw new OriginalError(`SparkHttpResponse.getResponseJson: the body is no JSON; its status is ${this.#status}.`);
    }
  }

  /** The body as XML; null where it is none. Throws where it is more than is read. Asks the server. */
  getResponseXml(): SparkXml | null {
    liveRun();
    return this.#body === "" ? null : xmlOrNull(this.#body);
  }

  /** The cookies that the server sets, by name. */
  getCookies(): unknown {
    liveRun();
    return parse(this.#cookies);
  }
}

addProperties(SparkHttpResponse);
