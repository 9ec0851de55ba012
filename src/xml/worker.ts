import { parentPort } from "node:worker_threads";
import { readXml, type XmlElement } from "./document.ts";
import { NotXml, XmlError } from "./errors.ts";

/** What the thread answers to the text of a document. */
export type XmlAnswer = { element: XmlElement } | { problem: string; isXml: boolean };

parentPort?.on("message", (text: string) => parentPort?.postMessage(answerOf(text)));

function answerOf(text: string): XmlAnswer {
  try {
    return { element: readXml(text) };
  } catch (error) {
    if (error instanceof XmlError) return { problem: error.message, isXml: !(error instanceof NotXml) };
    return { problem: "The XML cannot be read.", isXml: true };
  }
}
