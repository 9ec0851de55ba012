import type { XmlElement } from "../../xml/document.ts";
import { kindOf, nameArgument } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { apply, dictionary, hasOwn, OriginalTypeError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkXml } from "./spark-xml.ts";

/** An XML document, read as a whole or element by element. */
export class SparkXmlReader {
  readonly #root: XmlElement;
  /** By path, in the order of registration. */
  readonly #callbacks = dictionary<(() => unknown)[]>();
  #current: XmlElement;

  constructor(root: XmlElement) {
    this.#root = root;
    this.#current = root;
  }

  /** Registers a function that `process` calls for each element at a path, such as "catalog.book". */
  registerCallback(path: string, startCallback: () => unknown): void {
    const method = "SparkXmlReader.registerCallback";
    liveRun();
    const name = nameArgument(method, "path", path);
    if (typeof startCallback !== "function") {
      throw new OriginalTypeError(`${method}: startCallback must be a function, not ${kindOf(startCallback)}.`);
    }
    if (!hasOwn(this.#callbacks, name)) this.#callbacks[name] = [];
    const registered = this.#callbacks[name]!;
    registered[registered.length] = startCallback;
  }

  /** Calls the registered functions, without arguments, in document order. */
  process(): void {
    liveRun();
    try {
      this.#visit(this.#root, this.#root[0]);
    } finally {
      this.#current = this.#root;
    }
  }

  /** The current element (outside callbacks: the root) with its attributes but without content. */
  getElement(): SparkXml {
    liveRun();
    return new SparkXml([[this.#current[0], this.#current[1], []]]);
  }

  /** The current element (outside callbacks: the root) with its content. */
  getXml(): SparkXml {
    liveRun();
    return new SparkXml([this.#current]);
  }

  #visit(element: XmlElement, path: string): void {
    if (hasOwn(this.#callbacks, path)) {
      const registered = this.#callbacks[path]!;
      for (let at = 0; at < registered.length; at++) {
        this.#current = element;
        apply(registered[at]!, undefined, []);
      }
    }
    const children = element[2];
    for (let at = 0; at < children.length; at++) {
      const child = children[at]!;
      if (typeof child !== "string") this.#visit(child, `${path}.${child[0]}`);
    }
  }
}

addProperties(SparkXmlReader);
