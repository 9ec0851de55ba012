export class XmlError extends Error {
  override name = "XmlError";
}

export class NotXml extends XmlError {
  override name = "NotXml";
}
