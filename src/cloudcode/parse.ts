import { type Node as AcornNode, Parser, tokTypes } from "acorn";

export interface Node {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

export interface Each {
  each: number;
  in: number;
}

/** Internals of the parser that its declared type lacks. */
interface ParserInside {
  start: number;
  next(): void;
  isContextual(name: string): boolean;
  expect(type: unknown): void;
  raise(position: number, message: string): never;
  parseForStatement(node: AcornNode): AcornNode;
  parseForIn(node: AcornNode, left: AcornNode): AcornNode;
}

type Loop = AcornNode & { each?: Each };

/** A parser plugin for Rhino's `for each (name in object)`: a for-in loop whose node has a member `each`. */
function forEach(Base: typeof Parser): typeof Parser {
  const Inside = Base as unknown as new (...args: never[]) => ParserInside;
  class ForEach extends Inside {
    #begun: Loop | undefined;

    override parseForStatement(node: Loop): AcornNode {
      this.#begun = node;
      const loop = super.parseForStatement(node);
      if (node.each && loop.type !== "ForInStatement") {
        this.raise(node.each.each, "for each must have the form: for each (name in object)");
      }
      return loop;
    }

    override parseForIn(node: Loop, left: AcornNode): AcornNode {
      const [declarator] = ((left as unknown as Node)["declarations"] as Node[] | undefined) ?? [];
      if (node.each && declarator?.["init"]) {
        this.raise(declarator.start, "the variable of for each cannot have an initial value");
      }
      if (node.each) node.each.in = this.start;
      return super.parseForIn(node, left);
    }

    /** Called for the parenthesis after `for`, before the rest of the loop is parsed. */
    override expect(type: unknown): void {
      const node = this.#begun;
      this.#begun = undefined;
      if (node && type === tokTypes.parenL && this.isContextual("each")) {
        node.each = { each: this.start, in: 0 };
        this.next();
      }
      super.expect(type);
    }
  }
  return ForEach as unknown as typeof Parser;
}

const CloudCodeParser = Parser.extend(forEach);

export function parseScript(source: string): Node {
  const options = { ecmaVersion: "latest", sourceType: "script", preserveParens: true } as const;
  return CloudCodeParser.parse(source, options) as unknown as Node;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
