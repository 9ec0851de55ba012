import { CATALOGUE, PARTIAL } from "../src/cloudcode/spark/catalogue.ts";
import { sparkClasses } from "../src/cloudcode/spark/classes.ts";
import { SparkRequest } from "../src/cloudcode/spark/spark-requests.ts";
import {
  unsupportedInDownloadable,
  unsupportedInMatchConfig,
  unsupportedInPlayer,
  unsupportedInSpark,
} from "../src/cloudcode/spark/unsupported.ts";

/** What the server has of one member of Cloud Code. */
export interface Member {
  className: string;
  name: string;
  status: "done" | "partial" | "to come";
  /** What is missing, or what the member waits for. */
  note: string;
}

export const LATER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Spark: unsupportedInSpark,
  SparkDownloadable: unsupportedInDownloadable,
  SparkMatchConfig: unsupportedInMatchConfig,
  SparkPlayer: unsupportedInPlayer,
};

const classes = new Map<string, { prototype: object }>([
  ...sparkClasses.map((type) => [type.name, type] as const),
  ["SparkRequests.Request", SparkRequest],
]);

/** Members that are no methods: a script sets the one and reads the other as it likes. */
const PROPERTIES = ["SparkRequests.Request.scriptData", "SparkRequests.Response.error"];

/** Every member of the catalogue. A class that is not there is still to come, with all it has. */
export function sparkMembers(): Member[] {
  return Object.entries(CATALOGUE).flatMap(([className, names]) =>
    names.split(" ").map((name) => ({ className, name, ...statusOf(className, name) })),
  );
}

function statusOf(className: string, name: string): Pick<Member, "status" | "note"> {
  const capability = LATER[className]?.[name];
  if (capability !== undefined) return { status: "to come", note: capability };
  if (PROPERTIES.includes(`${className}.${name}`)) return { status: "done", note: "" };
  const prototype = classes.get(className)?.prototype;
  if (prototype === undefined || !(name in prototype)) return { status: "to come", note: "" };
  const missing = PARTIAL[`${className}.${name}`];
  return missing === undefined ? { status: "done", note: "" } : { status: "partial", note: missing };
}

/** `docs/spark.md`. */
export function sparkPage(): string {
  const members = sparkMembers();
  const count = (status: Member["status"]) => members.filter((member) => member.status === status).length;
  const sections = Object.keys(CATALOGUE).flatMap((className) => {
    const own = members.filter((member) => member.className === className);
    if (own.every(({ status }) => status === "to come")) return [];
    const rows = own.map(({ name, status, note }) => `| \`${name}\` | ${status} | ${note} |`);
    return [`## ${className}`, "", "| Member | Status | Note |", "| --- | --- | --- |", ...rows, ""];
  });
  const absent = Object.keys(CATALOGUE).filter((className) =>
    members.every((member) => member.className !== className || member.status === "to come"),
  );
  return [
    "<!-- Made by `npm run docs`. Change the classes in src/cloudcode/spark, not this page. -->",
    "# What Cloud Code has of Spark",
    "",
    `Of ${members.length} members ${count("done")} are done, ${count("partial")} do part of what they did, and`,
    `${count("to come")} are to come. Calling one of these on an object that is there throws an error that names what it waits for. Every`,
    "getter without parameters is a property as well: `player.getUserName()` and `player.userName`.",
    "",
    ...sections,
    "## Classes to come",
    "",
    ...absent.map((className) => `- ${className}`),
    "",
  ].join("\n");
}
