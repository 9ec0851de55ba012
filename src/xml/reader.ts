import { Worker } from "node:worker_threads";
import type { XmlElement } from "./document.ts";
import { NotXml, XmlError } from "./errors.ts";
import type { XmlReply } from "./worker.ts";

const ENTRY = new URL(`worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
const TIMEOUT_MS = 3_000;
const MAX_HEAP_MB = 256;
const MAX_QUEUED = 100;

/**
 * Parses XML in a worker thread, one document at a time, so that it delays neither sockets nor other scripts. The
 * thread is terminated when a document exceeds its time or memory limit.
 */
export class XmlReader {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @throws NotXml if it is not well-formed XML
   * @throws XmlError if it exceeds a limit or too many documents are queued
   */
  async read(text: string): Promise<XmlElement> {
    if (this.#waiting === MAX_QUEUED) throw new XmlError("Too many XML documents are waiting to be parsed.");
    this.#waiting++;
    const reading = this.#last.then(() => this.#read(text)).finally(() => this.#waiting--);
    this.#last = reading.catch(() => {});
    return reading;
  }

  #read(text: string): Promise<XmlElement> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const settle = (result: () => void) => {
        clearTimeout(timer);
        worker.removeAllListeners("message").removeAllListeners("error").removeAllListeners("exit");
        result();
      };
      const abort = () => {
        this.#worker = undefined;
        settle(() => reject(new XmlError("Parsing the XML took too much time or memory.")));
        worker.on("error", () => {});
        void worker.terminate();
      };
      const timer = setTimeout(abort, TIMEOUT_MS);
      worker.on("message", (reply: XmlReply) =>
        settle(() => {
          if ("element" in reply) resolve(reply.element);
          else reject(reply.isXml ? new XmlError(reply.problem) : new NotXml(reply.problem));
        }),
      );
      worker.on("error", abort);
      worker.on("exit", abort);
      worker.postMessage(text);
    });
  }

  #start(): Worker {
    const worker = new Worker(ENTRY, {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.unref();
    return worker;
  }
}
