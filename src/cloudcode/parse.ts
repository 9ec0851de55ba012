import { type Node as AcornNode, Parser, tokTypes } from "acorn";

/** A node of the syntax tree; its children are among its members. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

/** Where the words of a `for each` loop stand. */
export interface Each {
  each: number;
  in: number;
}

/** What the plugin below uses of the parser, which its declared type leaves out. */
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

/** Adds the `for each (name in object)` of Rhino: a for-in loop whose node has a member `each`. */
function forEach(Base: typeof Parser): typeof Parser {
  const Inside = Base as unknown as new (...args: never[]) => ParserInside;
  class ForEach extends Inside {
    #begun: Loop | undefined;

    override parseForStatement(node: Loop): AcornNode {
      this.#begun = node;
      const loop = super.parseForStatement(node);
      if (node.each && loop.type !== "ForInStatement") {
        this.raise(node.each.each, "for each must be: for each (name in object)");
      }
      return loop;
    }

    override parseForIn(node: Loop, left: AcornNode): AcornNode {
      const [declarator] = ((left as unknown as Node)["declarations"] as Node[] | undefined) ?? [];
      if (node.each && declarator?.["init"]) {
        this.raise(declarator.start, "for each takes no first value for its variable");
      }
      if (node.each) node.each.in = this.start;
      return super.parseForIn(node, left);
    }

    /** Called for the parenthesis behind `for`, before anything else of the loop is read. */
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

/** @throws SyntaxError with `loc`, where the text is no script */
export function parseScript(source: string): Node {
  const options = { ecmaVersion: "latest", sourceType: "script", preserveParens: true } as const;
  return CloudCodeParser.parse(source, options) as unknown as Node;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
