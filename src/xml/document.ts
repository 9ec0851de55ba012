import { XMLParser, XMLValidator } from "fast-xml-parser";
import { NotXml, XmlError } from "./errors.ts";

/** An element. Names include their prefix. Text has no markup; whitespace-only text is dropped. */
export type XmlElement = [name: string, attributes: [name: string, value: string][], children: (XmlElement | string)[]];

export const MAX_ELEMENTS = 20_000;
export const MAX_DEPTH = 100;

/** The parser's form of an element: one member named after the element, and its attributes under ":@". */
type Parsed = Record<string, unknown>;

/** Prefix that keeps names apart from those of `Object.prototype`. No XML name starts with it. */
const MARK = "-";
/** Idempotent: the parser transforms the name of an empty element twice. */
const mark = (name: string) => (name.startsWith(MARK) ? name : MARK + name);

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  transformTagName: mark,
  transformAttributeName: mark,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Required for numeric character references such as `&#65;`.
  htmlEntities: true,
  maxNestedTags: MAX_DEPTH,
});

/**
 * Parses a document and returns its root element. A document type is refused, so no entity is ever expanded or fetched.
 * Takes up to two seconds per megabyte.
 * @throws NotXml if it is not well-formed XML
 * @throws XmlError if it exceeds a limit
 */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE\s+html/i.test(text)) throw new NotXml("The document is HTML, not XML.");
  if (/<!DOCTYPE/i.test(text)) throw new XmlError("The XML has a document type (DOCTYPE), which is not supported.");
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw new NotXml(`The XML is invalid in line ${checked.err.line}: ${checked.err.msg}`);
  let parsed: Parsed[];
  try {
    parsed = parser.parse(text) as Parsed[];
  } catch (error) {
    if (error instanceof Error && error.message.includes("nested")) {
      throw new XmlError(`The XML is nested more than ${MAX_DEPTH} levels deep.`);
    }
    throw new NotXml("The XML is invalid.");
  }
  const counter = { left: MAX_ELEMENTS };
  const elements = childrenOf(parsed, counter).filter((child) => typeof child !== "string");
  if (elements.length !== 1) throw new NotXml("The XML must have exactly one root element.");
  return elements[0]!;
}

function childrenOf(parsed: readonly Parsed[], counter: { left: number }): (XmlElement | string)[] {
  const children: (XmlElement | string)[] = [];
  for (const child of parsed) {
    const text = child["#text"];
    if (text === undefined) children.push(elementOf(child, counter));
    else if (/\S/.test(String(text))) {
      const before = children.length - 1;
      if (typeof children[before] === "string") children[before] += String(text);
      else children.push(String(text));
    }
  }
  return children;
}

function elementOf(parsed: Parsed, counter: { left: number }): XmlElement {
  if (counter.left-- === 0) throw new XmlError(`The XML has more than ${MAX_ELEMENTS} elements.`);
  const name = Object.keys(parsed).find((key) => key.startsWith(MARK))!;
  const attributes = Object.entries((parsed[":@"] ?? {}) as Record<string, string>);
  return [
    name.slice(MARK.length),
    attributes.map(([attribute, value]) => [attribute.slice(MARK.length), value]),
    childrenOf(parsed[name] as Parsed[], counter),
  ];
}
