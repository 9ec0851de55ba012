import type { XmlElement } from "../../xml/document.ts";
import { kindOf } from "../realm/arguments.ts";
import { askHost } from "../realm/host.ts";
import { defineProperty, dictionary, hasOwn, OriginalTypeError, slice, stringify, toText } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/** Members of every `SparkXml`. Elements with these names are read with `child(name)`. */
const METHODS = dictionary<true>();

let xmlText: (value: object) => string | null = () => null;

/**
 * One or more elements of an XML document, read-only. `xml.food` are all child elements "food", `xml.food[1]` is the
 * second one, `xml.food[1]["@price"]` is an attribute. As text, an element without child elements is its text, any
 * other is XML.
 */
export class SparkXml {
  readonly #elements: readonly XmlElement[];

  static {
    xmlText = (value) => (#elements in value ? (value as SparkXml).#toXml() : null);
  }

  constructor(elements: readonly XmlElement[]) {
    this.#elements = elements;
    for (let at = 0; at < elements.length; at++) {
      lazily(this, toText(at), true, () => (elements.length === 1 ? this : new SparkXml([elements[at]!])));
      const children = elements[at]![2];
      for (let inner = 0; inner < children.length; inner++) {
        const child = children[inner]!;
        if (typeof child === "string" || hasOwn(METHODS, child[0])) continue;
        lazily(this, child[0], false, () => this.#inside(child[0]));
      }
    }
    if (elements.length !== 1) return;
    const attributes = elements[0]![1];
    for (let at = 0; at < attributes.length; at++) {
      const [name, value] = attributes[at]!;
      lazily(this, `@${name}`, false, () => value);
    }
  }

  /** The number of elements. */
  length(): number {
    liveRun();
    return this.#elements.length;
  }

  /** The elements' own text, without that of child elements. */
  text(): string {
    liveRun();
    let text = "";
    for (let at = 0; at < this.#elements.length; at++) text += directText(this.#elements[at]!);
    return text;
  }

  /** The element's name without prefix; null for several elements. */
  localName(): string | null {
    liveRun();
    if (this.#elements.length !== 1) return null;
    const name = this.#elements[0]![0];
    let start = 0;
    for (let at = 0; at < name.length; at++) if (name[at] === ":") start = at + 1;
    return slice(name, start);
  }

  /** The value of an attribute, or null; null for several elements. */
  attribute(name: string): string | null {
    liveRun();
    const attributes = this.#elements.length === 1 ? this.#elements[0]![1] : [];
    for (let at = 0; at < attributes.length; at++) if (attributes[at]![0] === name) return attributes[at]![1];
    return null;
  }

  /** The values of all attributes, by name; empty for several elements. */
  attributes(): Record<string, string> {
    liveRun();
    const texts = dictionary<string>();
    const attributes = this.#elements.length === 1 ? this.#elements[0]![1] : [];
    for (let at = 0; at < attributes.length; at++) texts[attributes[at]![0]] = attributes[at]![1];
    return texts;
  }

  /** The child elements with a name; may be empty. */
  child(name: string): SparkXml {
    liveRun();
    return this.#inside(name);
  }

  /** All child elements. */
  children(): SparkXml {
    liveRun();
    return this.#inside(null);
  }

  /** The text of elements without child elements, the XML of others. */
  toString(): string {
    liveRun();
    let text = "";
    for (let at = 0; at < this.#elements.length; at++) {
      const element = this.#elements[at]!;
      text += hasElements(element) ? written(element) : directText(element);
    }
    return text;
  }

  /** The elements as XML. */
  toXMLString(): string {
    liveRun();
    return this.#toXml();
  }

  /** As a value, such as for `setScriptData`, it is XML text. */
  toJSON(): string {
    liveRun();
    return this.#toXml();
  }

  #toXml(): string {
    let text = "";
    for (let at = 0; at < this.#elements.length; at++) text += written(this.#elements[at]!);
    return text;
  }

  #inside(name: string | null): SparkXml {
    const found: XmlElement[] = [];
    for (let at = 0; at < this.#elements.length; at++) {
      const children = this.#elements[at]![2];
      for (let inner = 0; inner < children.length; inner++) {
        const child = children[inner]!;
        if (typeof child !== "string" && (name === null || child[0] === name)) found[found.length] = child;
      }
    }
    return new SparkXml(found);
  }
}

for (const name of Object.getOwnPropertyNames(SparkXml.prototype)) METHODS[name] = true;
for (const name of Object.getOwnPropertyNames(Object.prototype)) METHODS[name] = true;

/** Parses XML; null if it is not XML. Asks the server. */
export function xmlOrNull(text: string): SparkXml | null {
  const element = askHost("xml.parse", `,${stringify(text)},true`) as XmlElement | null;
  return element === null ? null : new SparkXml([element]);
}

export function parseElement(text: string): XmlElement {
  return askHost("xml.parse", `,${stringify(text)},false`) as XmlElement;
}

/** XML as text, from a SparkXml or a string. */
export function xmlArgument(method: string, argument: string, value: unknown): string {
  if (typeof value === "string") return value;
  const text = typeof value === "object" && value !== null ? xmlText(value) : null;
  if (text === null) throw new OriginalTypeError(`${method}: ${argument} must be XML or text, not ${kindOf(value)}.`);
  return text;
}

/** Defines a property that is computed on first use, unless there is one with that name. */
function lazily(holder: object, name: string, enumerable: boolean, make: () => unknown): void {
  if (hasOwn(holder, name)) return;
  let made: { value: unknown } | undefined;
  const descriptor = dictionary<unknown>();
  descriptor["get"] = () => {
    made ??= { value: make() };
    return made.value;
  };
  descriptor["enumerable"] = enumerable;
  defineProperty(holder, name, descriptor);
}

function directText(element: XmlElement): string {
  const children = element[2];
  let text = "";
  for (let at = 0; at < children.length; at++) if (typeof children[at] === "string") text += children[at];
  return text;
}

function hasElements(element: XmlElement): boolean {
  const children = element[2];
  for (let at = 0; at < children.length; at++) if (typeof children[at] !== "string") return true;
  return false;
}

function written([name, attributes, children]: XmlElement): string {
  let text = `<${name}`;
  for (let at = 0; at < attributes.length; at++) text += ` ${attributes[at]![0]}="${escaped(attributes[at]![1])}"`;
  if (children.length === 0) return `${text}/>`;
  text += ">";
  for (let at = 0; at < children.length; at++) {
    const child = children[at]!;
    text += typeof child === "string" ? escaped(child) : written(child);
  }
  return `${text}</${name}>`;
}

function escaped(text: string): string {
  let safe = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const reference =
      character === "&"
        ? "&amp;"
        : character === "<"
          ? "&lt;"
          : character === ">"
            ? "&gt;"
            : character === '"'
              ? "&quot;"
              : null;
    if (reference === null) continue;
    safe += slice(text, from, at) + reference;
    from = at + 1;
  }
  return safe + slice(text, from);
}
