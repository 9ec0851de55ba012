import type { TSchema } from "@sinclair/typebox";
import { type AnyOperation, checkArguments } from "../apis/admin/operation.ts";
import type { Issue } from "../apis/problem.ts";
import type { Stage } from "../game/game.ts";
import { ArgumentError, separate, stageOf } from "./arguments.ts";

export interface AdminCommand {
  operation: AnyOperation;
  arguments: Record<string, unknown>;
  /** Undefined: the setting defaultStage. */
  stage: Stage | undefined;
  json: boolean;
  /** Settings flags, as for `start`. */
  settings: string[];
}

/**
 * Reads the flags that follow from the schema of the operation's arguments: `returnHosts` is `--return-hosts a,b`.
 * @throws ArgumentError, and ProblemError for an argument that its schema refuses
 */
export function readAdminCommand(operation: AnyOperation, group: string, args: readonly string[]): AdminCommand {
  const flags = Object.fromEntries(flagNames(operation).map((flag) => [flag, "string" as const]));
  const words = operation.name === group ? args : args.slice(1);
  const { own, positionals, settings } = separate(words, { ...flags, stage: "string", json: "boolean" });
  const { positional } = operation;
  const [first, another] = positionals;
  if (positional !== undefined && first === undefined) {
    throw new ArgumentError(`Missing argument: rekindle ${operation.name} ${positional.toUpperCase()}.`);
  }
  if (another !== undefined || (first !== undefined && positional === undefined)) {
    throw new ArgumentError(`rekindle ${operation.name} takes ${positional ? "one argument" : "options only"}.`);
  }
  const values: Record<string, unknown> =
    positional !== undefined && first !== undefined ? { [positional]: first } : {};
  for (const [name, schema] of Object.entries(operation.arguments.properties)) {
    const text = own[flagOf(name)];
    if (text !== undefined) values[name] = argumentOf(schema, text);
    else if (values[name] === undefined && operation.arguments.required?.includes(name)) {
      throw new ArgumentError(`Missing --${flagOf(name)}: ${schema["wanted"]}.`);
    }
  }
  const checked = checkArguments(operation, values);
  return { operation, arguments: checked, stage: stageOf(own["stage"]), json: own["json"] !== undefined, settings };
}

/** The options of the command, without dashes. */
export function flagNames({ arguments: { properties }, positional }: AnyOperation): string[] {
  return Object.keys(properties).flatMap((name) => (name === positional ? [] : flagOf(name)));
}

/** `scopes.0` and "Must be …" → "--scopes must be …" */
export function sentenceOf({ path, message }: Issue): string {
  const [name = ""] = path.split(".");
  const where = name === "id" ? "The id" : `--${flagOf(name)}`;
  return `${where} ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function argumentOf(schema: TSchema, text: string): unknown {
  if (schema["type"] === "array") {
    const parts = text.split(",").map((part) => part.trim());
    return parts.filter((part) => part !== "");
  }
  return schema["type"] === "integer" && /^\d{1,9}$/.test(text) ? Number(text) : text;
}
