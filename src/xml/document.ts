import { XMLParser, XMLValidator } from "fast-xml-parser";
import { NotXml, XmlError } from "./errors.ts";

/** An element; names as they are written, prefix included. Texts are without markup; those of white space alone are left out. */
export type XmlElement = [name: string, attributes: [name: string, value: string][], children: (XmlElement | string)[]];

export const MAX_ELEMENTS = 20_000;
export const MAX_DEPTH = 100;

/** What the parser makes of an element: its name as the one member beside ":@", which has the attributes. */
type Parsed = Record<string, unknown>;

/** Before names, which are not to be those that JavaScript's objects have. No name of XML begins with it. */
const MARK = "-";
/** The parser asks twice for the name of an element without content. */
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
  // Characters by number (`&#65;`) are read with these only.
  htmlEntities: true,
  maxNestedTags: MAX_DEPTH,
});

/**
 * The outermost element of a document. Comments, instructions and the declaration are left out; a document type is
 * refused, so no entity is ever expanded or fetched. Takes up to two seconds for a megabyte.
 * @throws NotXml where it is no XML
 * @throws XmlError where it is more than is read
 */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE\s+html/i.test(text)) throw new NotXml("The document is HTML, and no XML.");
  if (/<!DOCTYPE/i.test(text)) throw new XmlError("The XML has a document type, which is not read.");
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw new NotXml(`The XML cannot be read in line ${checked.err.line}: ${checked.err.msg}`);
  let parsed: Parsed[];
  try {
    parsed = parser.parse(text) as Parsed[];
  } catch (error) {
    if (error instanceof Error && error.message.includes("nested")) {
      throw new XmlError(`The XML is nested more than ${MAX_DEPTH} levels deep.`);
    }
    throw new NotXml("The XML cannot be read.");
  }
  const counter = { left: MAX_ELEMENTS };
  const elements = childrenOf(parsed, counter).filter((child) => typeof child !== "string");
  if (elements.length !== 1) throw new NotXml("The XML must have one outermost element.");
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
