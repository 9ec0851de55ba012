/** Text that is not XML or exceeds a limit. The message is a full sentence. */
export class XmlError extends Error {
  override name = "XmlError";
}

export class NotXml extends XmlError {
  override name = "NotXml";
}
