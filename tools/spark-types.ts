import { sparkClasses } from "../src/cloudcode/spark/classes.ts";
import { redisMembers } from "./redis-types.ts";
import { requestTypes } from "./request-types.ts";
import { LATER } from "./spark.ts";
import { indented, readSparkSource, type SourceClass, type SourceMember } from "./spark-source.ts";

const HEAD = `// Made by \`npm run docs\` from src/cloudcode/spark. Change the classes there, not this file.

// The API of Cloud Code scripts, for editors and the TypeScript compiler. Members of GameSparks that this server does not
// support yet are left out, so that no editor offers them; docs/spark.md lists them.

interface SparkXml {
  /** Child elements by name, attributes by "@" and name. */
  readonly [name: string]: any;
}

`;

const TAIL = `/** What the script was called with, what it answers, and everything else that it asks of the server. */
declare const Spark: Spark;

/**
 * Includes a module of the folder \`modules\`, by its name without \`.js\`. It runs in the scope of this script, which can use
 * what it declares. Within one outermost call, a module runs once.
 */
declare function require(module: string): void;

/** Includes a module, unless this run has included it before. */
declare function requireOnce(module: string): void;

// An included module is not a JavaScript module. Without this, an editor would look for its file.
declare module "*";
`;

/** Members that all requests share are declared with their schemas. */
const REQUEST = "SparkRequest";

/** `types/spark.d.ts`: every Spark class with those of its members that the server has. */
export function sparkTypes(): string {
  const { classes, types } = readSparkSource(new Set([REQUEST, ...sparkClasses.map(({ name }) => name)]));
  classes.get("SparkRedis")?.added.push(...redisMembers());
  const sourceOf = (name: string): SourceClass => {
    const source = classes.get(name);
    if (!source) throw new Error(`src/cloudcode/spark has no class ${name}`);
    return source;
  };
  const others = sparkClasses.filter(({ name }) => name !== REQUEST);
  const interfaces = others.map((type) => interfaceOf(sourceOf(type.name), type.prototype));
  const further = [...types].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => `${text}\n`);
  return HEAD + [...interfaces, ...further, ...requestTypes(sourceOf(REQUEST)), TAIL].join("\n");
}

/** The members that the class has for scripts. Throws where one has no sentence. */
function interfaceOf(source: SourceClass, prototype: object): string {
  const later = LATER[source.name] ?? {};
  const isOfScripts = (name: string) => name !== "constructor" && !Object.hasOwn(later, name);
  const here = Object.getOwnPropertyNames(prototype).filter(isOfScripts);
  const declared = source.members.filter(({ name }) => here.includes(name));
  const added = here.flatMap((name) => {
    if (declared.some((member) => member.name === name)) return [];
    // A name that is written out is meant before one that a loop makes.
    const found = source.added
      .filter((method) => method.name.test(name))
      .sort((a, b) => lettersOf(b.name) - lettersOf(a.name))[0];
    return found && isMethod(prototype, name) ? [{ ...found, name }] : [];
  });
  const members = [...declared, ...added].flatMap((member) => [member, ...propertyOf(member, prototype)]);
  for (const { name, doc } of members) if (doc === "") throw new Error(`${source.name}.${name} has no doc comment.`);
  const extended = source.extends === undefined ? "" : ` extends ${source.extends}`;
  const lines = members.map(({ name, kind, doc, type }) =>
    indented(`${doc}\n${kind === "property" ? "readonly " : ""}${name}${type};`),
  );
  return `${source.doc}\ninterface ${source.name}${extended} {\n${lines.join("\n\n")}\n}\n`;
}

/** `getUserName()` is a property as well: `userName`. */
function propertyOf(getter: SourceMember, prototype: object): SourceMember[] {
  const rest = /^(?:get|is)([A-Z].*)$/.exec(getter.name)?.[1];
  if (getter.kind === "property" || rest === undefined || !getter.type.startsWith("()")) return [];
  const small = rest.charAt(0).toLowerCase() + rest.slice(1);
  const name = [small, rest].find((it) => Object.getOwnPropertyDescriptor(prototype, it)?.get !== undefined);
  return name !== undefined ? [{ ...getter, name, kind: "property", type: getter.type.slice(2) }] : [];
}

/** How many letters of a name the pattern says. */
function lettersOf({ source }: RegExp): number {
  return source.replaceAll("\\w+", "").length;
}

function isMethod(prototype: object, name: string): boolean {
  return typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function";
}
