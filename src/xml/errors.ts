/** Text that is no XML, or more than is read. The message is a sentence. */
export class XmlError extends Error {
  override name = "XmlError";
}

/** Text that is no XML. */
export class NotXml extends XmlError {
  override name = "NotXml";
}
