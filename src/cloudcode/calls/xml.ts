import { text } from "../../kernel/scripts/arguments.ts";
import { type Call, read } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { NotXml, XmlError } from "../../xml/errors.ts";

export const xmlCalls: Record<string, Call> = {
  /** a document, whether one that is not XML is null; returns its root element as `XmlElement` */
  "xml.parse": read(async ({ xml }, [document, orNull]) => {
    try {
      return await xml.read(text(document, "the XML", Number.MAX_SAFE_INTEGER));
    } catch (error) {
      if (error instanceof NotXml && orNull === true) return null;
      if (error instanceof XmlError) throw new CallError(error.message);
      throw error;
    }
  }),
};
