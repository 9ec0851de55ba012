import { Worker } from "node:worker_threads";
import type { XmlElement } from "./document.ts";
import { NotXml, XmlError } from "./errors.ts";
import type { XmlAnswer } from "./worker.ts";

const ENTRY = new URL(`worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
const TIMEOUT_MS = 3_000;
const MAX_HEAP_MB = 256;
const QUEUED = 100;

/**
 * Reads XML in a thread of its own, one document after the other: what a script has parsed holds up neither sockets nor
 * other scripts. The thread is started with the first document and ended where one takes too much time or memory.
 */
export class XmlReader {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @throws NotXml where it is no XML
   * @throws XmlError where it is more than is read
   */
  async read(text: string): Promise<XmlElement> {
    if (this.#waiting === QUEUED) throw new XmlError("Too much XML is waiting to be read.");
    this.#waiting++;
    const reading = this.#last.then(() => this.#read(text)).finally(() => this.#waiting--);
    this.#last = reading.catch(() => {});
    return reading;
  }

  #read(text: string): Promise<XmlElement> {
    this.#worker ??= this.#started();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        worker.removeAllListeners("message").removeAllListeners("error").removeAllListeners("exit");
        settle();
      };
      const give = () => {
        this.#worker = undefined;
        end(() => reject(new XmlError("Reading the XML takes too much time or memory.")));
        worker.on("error", () => {});
        void worker.terminate();
      };
      const timer = setTimeout(give, TIMEOUT_MS);
      worker.on("message", (answer: XmlAnswer) =>
        end(() => {
          if ("element" in answer) resolve(answer.element);
          else reject(answer.isXml ? new XmlError(answer.problem) : new NotXml(answer.problem));
        }),
      );
      worker.on("error", give);
      worker.on("exit", give);
      worker.postMessage(text);
    });
  }

  #started(): Worker {
    const worker = new Worker(ENTRY, {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.unref();
    return worker;
  }
}
