import { parentPort } from "node:worker_threads";
import { readXml, type XmlElement } from "./document.ts";
import { NotXml, XmlError } from "./errors.ts";

export type XmlReply = { element: XmlElement } | { problem: string; isXml: boolean };

parentPort?.on("message", (text: string) => parentPort?.postMessage(replyTo(text)));

function replyTo(text: string): XmlReply {
  try {
    return { element: readXml(text) };
  } catch (error) {
    if (error instanceof XmlError) return { problem: error.message, isXml: !(error instanceof NotXml) };
    return { problem: "The XML is invalid.", isXml: true };
  }
}
