import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type CallExpression,
  type ClassDeclaration,
  type FunctionExpression,
  type Identifier,
  type MethodDeclaration,
  type Node,
  type ParameterDeclaration,
  type SourceFile,
  SyntaxKind,
} from "typescript/unstable/ast";
import { API, type Project } from "typescript/unstable/sync";

/** A member of a class as its file declares it. */
export interface SourceMember {
  name: string;
  kind: "method" | "property";
  /** Its doc comment as it is written, without indentation; empty where it has none. */
  doc: string;
  /** `(name: string): boolean`, or `: string` of a property. */
  type: string;
}

export interface SourceClass {
  name: string;
  doc: string;
  extends: string | undefined;
  members: SourceMember[];
  /** Those that `addMethod` adds; `name` matches what they are called. */
  added: (Omit<SourceMember, "name"> & { name: RegExp })[];
}

export interface SparkSource {
  /** By name. */
  classes: Map<string, SourceClass>;
  /** Declarations of further types that members speak of, by name. */
  types: Map<string, string>;
}

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const FOLDER = `${ROOT}src/cloudcode/spark/`;

/** Spark classes as TypeScript reads their files: those of these names. Takes about a second: the compiler is a process of its own. */
export function readSparkSource(wanted: ReadonlySet<string>): SparkSource {
  const api = new API({ cwd: ROOT });
  try {
    const config = `${ROOT}tsconfig.json`;
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (!project) throw new Error(`${config} cannot be read`);
    return new Reader(project, wanted).read();
  } finally {
    api.close();
  }
}

type Callable = MethodDeclaration | FunctionExpression;

class Reader {
  readonly #project: Project;
  readonly #wanted: ReadonlySet<string>;
  readonly #source: SparkSource = { classes: new Map(), types: new Map() };
  readonly #spokenOf: { by: string; name: Identifier }[] = [];

  constructor(project: Project, wanted: ReadonlySet<string>) {
    this.#project = project;
    this.#wanted = wanted;
  }

  read(): SparkSource {
    for (const name of readdirSync(FOLDER).sort()) {
      const file = this.#project.program.getSourceFile(FOLDER + name);
      if (!file) throw new Error(`${FOLDER}${name} is not in the project`);
      file.forEachChild((node) => {
        if (node.kind === SyntaxKind.ClassDeclaration) this.#addClass(file, node as ClassDeclaration);
        return undefined;
      });
      this.#findAdded(file, file);
    }
    for (let at = 0; at < this.#spokenOf.length; at++) this.#addType(this.#spokenOf[at]!);
    return this.#source;
  }

  #addClass(file: SourceFile, node: ClassDeclaration): void {
    const name = node.name?.text ?? "";
    if (!this.#wanted.has(name)) return;
    const heritage = node.heritageClauses?.find(({ token }) => token === SyntaxKind.ExtendsKeyword);
    const extended = heritage?.types[0]?.expression.getText(file);
    const members: SourceMember[] = [];
    for (const member of node.members) {
      if (member.kind !== SyntaxKind.MethodDeclaration && member.kind !== SyntaxKind.GetAccessor) continue;
      const method = member as MethodDeclaration;
      const isHidden = method.name.kind === SyntaxKind.PrivateIdentifier || has(method, SyntaxKind.StaticKeyword);
      if (isHidden || has(method, SyntaxKind.PrivateKeyword)) continue;
      const memberName = method.name.getText(file);
      // Called where a script gives the object as a value, and never by name.
      if (memberName === "toJSON") continue;
      // Of overloads, all but the last have no body; that one's types are nobody's business.
      if (method.body && members.some((other) => other.name === memberName)) continue;
      const isMethod = member.kind === SyntaxKind.MethodDeclaration;
      // What is said of the first of several ways to call it is said of all.
      const said = docOf(file, member) || members.findLast(({ name }) => name === memberName)?.doc;
      members.push({
        name: memberName,
        kind: isMethod ? "method" : "property",
        doc: said ?? "",
        type: isMethod
          ? this.#signature(`${name}.${memberName}`, file, method)
          : `: ${this.#returned(`${name}.${memberName}`, file, method)}`,
      });
    }
    this.#source.classes.set(name, { name, doc: docOf(file, node), extends: extended, members, added: [] });
  }

  /** `addMethod(Class, name, function)`, wherever in the file it is. */
  #findAdded(file: SourceFile, node: Node): void {
    node.forEachChild((child) => {
      this.#findAdded(file, child);
      return undefined;
    });
    if (node.kind !== SyntaxKind.ExpressionStatement) return;
    const call = (node as Node & { expression: Node }).expression as CallExpression;
    if (call.kind !== SyntaxKind.CallExpression || call.expression.getText(file) !== "addMethod") return;
    const [type, name, method] = call.arguments;
    const owner = this.#source.classes.get(type?.getText(file) ?? "");
    if (!owner || !name || !method || !("parameters" in method)) return;
    const pattern = patternOf(file, this.#valueOf(name));
    const signature = this.#signature(`${owner.name}.${pattern.source}`, file, method as FunctionExpression);
    owner.added.push({ name: pattern, kind: "method", doc: docOf(file, node), type: signature });
  }

  /** What a constant was given; any other expression is itself. */
  #valueOf(expression: Node): Node {
    if (expression.kind !== SyntaxKind.Identifier) return expression;
    const declared = this.#project.checker.getSymbolAtLocation(expression)?.valueDeclaration?.resolve();
    return (declared as (Node & { initializer?: Node }) | undefined)?.initializer ?? expression;
  }

  #signature(by: string, file: SourceFile, method: Callable): string {
    const isReal = (parameter: ParameterDeclaration) => parameter.name.getText(file) !== "this";
    const parameters = method.parameters.filter(isReal).map((parameter) => {
      const { name, type, dotDotDotToken, questionToken, initializer } = parameter;
      if (type) this.#speaksOf(by, type);
      const written = type?.getText(file) ?? "unknown";
      // Whatever it is may be passed; what a function is given is a script's to know.
      const parameterType = /^unknown(\[\])?$/.test(written) ? written : opened(written);
      const optional = questionToken || initializer ? "?" : "";
      return `${dotDotDotToken ? "..." : ""}${name.getText(file).replace(/^_/, "")}${optional}: ${parameterType}`;
    });
    return `(${parameters.join(", ")}): ${this.#returned(by, file, method)}`;
  }

  #returned(by: string, file: SourceFile, method: Callable): string {
    if (method.type) {
      this.#speaksOf(by, method.type);
      return opened(method.type.getText(file));
    }
    const { checker } = this.#project;
    const signature = checker.getSignatureFromDeclaration(method);
    const type = signature && checker.getReturnTypeOfSignature(signature);
    return type ? opened(checker.typeToString(type)) : "any";
  }

  #speaksOf(by: string, node: Node): void {
    const { typeName } = node as Node & { typeName?: Node };
    if (typeName?.kind === SyntaxKind.Identifier) this.#spokenOf.push({ by, name: typeName as Identifier });
    node.forEachChild((child) => {
      this.#speaksOf(by, child);
      return undefined;
    });
  }

  /** Takes the declaration of a type over, unless it is a Spark class or JavaScript's own. */
  #addType({ by, name }: { by: string; name: Identifier }): void {
    if (this.#source.classes.has(name.text) || this.#source.types.has(name.text)) return;
    const { checker, program } = this.#project;
    const found = checker.getSymbolAtLocation(name);
    const declared = found?.declarations[0]?.resolve();
    const isImported = declared?.kind === SyntaxKind.ImportSpecifier;
    const node = isImported ? checker.getAliasedSymbol(found!).declarations[0]?.resolve() : declared;
    const file = node?.getSourceFile();
    if (!node || !file) throw new Error(`${by} speaks of ${name.text}, which is declared nowhere.`);
    if (program.isSourceFileDefaultLibrary(file) || node.kind === SyntaxKind.TypeParameter) return;
    const isType = node.kind === SyntaxKind.InterfaceDeclaration || node.kind === SyntaxKind.TypeAliasDeclaration;
    if (!isType) throw new Error(`${by} speaks of ${name.text}, which scripts cannot know.`);
    const doc = docOf(file, node);
    const text = opened(node.getText(file).replace(/^export /, ""));
    this.#source.types.set(name.text, doc === "" ? text : `${doc}\n${text}`);
    this.#speaksOf(name.text, node);
  }
}

function has(node: MethodDeclaration, modifier: SyntaxKind): boolean {
  return node.modifiers?.some(({ kind }) => kind === modifier) === true;
}

/** What is not known may be used as anything: scripts look into it without asking what it is. */
function opened(type: string): string {
  return type.replace(/\bunknown\b/g, "any");
}

/** The name of an added method; what is put in from a loop may be any word. */
function patternOf(file: SourceFile, name: Node): RegExp {
  const text = name.getText(file);
  const isText = name.kind === SyntaxKind.StringLiteral || text.startsWith("`");
  if (!isText) return /^\w+$/;
  return new RegExp(`^${text.slice(1, -1).replace(/\$\{[^}]*\}/g, "\\w+")}$`);
}

/** The last doc comment before a node, its lines beginning where the node does. */
function docOf(file: SourceFile, node: Node): string {
  const before = file.text.slice(node.pos, node.getStart(file));
  const start = before.lastIndexOf("/**");
  if (start < 0) return "";
  const comment = before.slice(start, before.indexOf("*/", start) + 2);
  return comment.replace(/\n\s*\*/g, "\n *");
}

export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
