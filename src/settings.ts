import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { fileProblem, isFileError } from "./files.ts";
import { JsonError, kindOf, parseJsonObject } from "./json.ts";
import { nearest } from "./near-miss.ts";
import { SettingsError } from "./setting.ts";
import { type Settings, SettingsSchema } from "./settings-schema.ts";

export interface Sources {
  /** The arguments after the command. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

const fields = SettingsSchema.properties as Record<keyof Settings, TSchema>;
const names = Object.keys(fields) as (keyof Settings)[];
const PREFIX = "REKINDLE_";
/** Reserved for the test suite. */
const TEST_PREFIX = `${PREFIX}TEST_`;
const MAX_FILE_BYTES = 1_048_576;

/**
 * Reads every setting. Precedence: command line, environment, file, default. An unknown name or an invalid value
 * throws, even where a source with higher precedence overrides it.
 */
export function readSettings({ args, env }: Sources): Settings {
  const flags = readFlags(args);
  const variables = readEnvironment(env);
  const file = flags.config ?? variables.config;
  const config: Record<string, unknown> = { ...(Value.Create(SettingsSchema) as Settings) };
  for (const { name, value, place } of [...(file ? readFile(file) : []), ...variables.settings, ...flags.settings]) {
    config[name] = fitted(name, value, place);
  }
  return config as Settings;
}

/** The settings in printable form: secret settings are masked and user names and passwords are removed from URLs. */
export function describeSettings(config: Settings): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => {
      const value = config[name];
      if (fields[name]["secret"]) return [name, value ? "(set)" : "(not set)"];
      return [name, typeof value === "string" ? withoutUser(value) : value];
    }),
  );
}

/** One line per setting: flag, description, allowed values, default. */
export function settingsHelp(): string {
  const rows = names.map((name) => {
    const { description = "", default: value } = fields[name];
    const allowed = choicesOf(fields[name]);
    const more = [allowed && `one of ${allowed.join(", ")}`, value !== "" && `default ${value}`].filter(Boolean);
    return { flag: `--${flagOf(name)}`, text: more.length > 0 ? `${description} (${more.join("; ")})` : description };
  });
  const width = Math.max(...rows.map(({ flag }) => flag.length));
  return rows.map(({ flag, text }) => `  ${flag.padEnd(width)}  ${text}`).join("\n");
}

interface Setting {
  name: keyof Settings;
  value: unknown;
  /** The source of the value, for error messages. */
  place: string;
}

/** logLevel → log-level */
function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** logLevel → LOG_LEVEL, without the prefix. */
function variableOf(name: string): string {
  return flagOf(name).replaceAll("-", "_").toUpperCase();
}

function readFlags(args: readonly string[]): { config: string | undefined; settings: Setting[] } {
  const known = new Map(names.map((name) => [flagOf(name), name]));
  const flags = [...known.keys(), "config"];
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const settings: Setting[] = [];
  let config: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional") {
      throw new SettingsError(`Unexpected argument "${token.value}": settings are given as --name value.`);
    }
    if (token.kind === "option-terminator") continue;
    const name = known.get(token.name);
    if (!name && token.name !== "config") {
      throw new SettingsError(`Unknown setting ${token.rawName} on the command line. ${hint(token.name, flags, "--")}`);
    }
    const { value } = token;
    // Without "=", `parseArgs` would take the next flag as the value.
    if (value === undefined || (!token.inlineValue && value.startsWith("--"))) {
      throw new SettingsError(`${token.rawName} on the command line needs a value: ${wantedOf(name)}.`);
    }
    if (name) settings.push({ name, value, place: token.rawName });
    else config = value;
  }
  return { config, settings };
}

function readEnvironment(env: Sources["env"]): { config: string | undefined; settings: Setting[] } {
  const known = new Map(names.map((name) => [variableOf(name), name]));
  const settings: Setting[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || variable.startsWith(TEST_PREFIX) || variable === `${PREFIX}CONFIG`) continue;
    const suffix = variable.slice(PREFIX.length);
    const name = known.get(suffix);
    if (!name) {
      const near = hint(suffix, [...known.keys(), "CONFIG"], PREFIX);
      throw new SettingsError(`Unknown setting ${variable} in the environment. ${near}`);
    }
    settings.push({ name, value, place: `${variable} in the environment` });
  }
  return { config: env[`${PREFIX}CONFIG`], settings };
}

function readFile(path: string): Setting[] {
  return Object.entries(parseFile(path)).map(([name, value]) => {
    if (!Object.hasOwn(fields, name)) {
      throw new SettingsError(`Unknown setting "${name}" in the settings file ${path}. ${hint(name, names, "")}`);
    }
    return { name: name as keyof Settings, value, place: `"${name}" in ${path}` };
  });
}

function parseFile(path: string): Record<string, unknown> {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new JsonError(`is larger than ${MAX_FILE_BYTES} bytes`);
    return parseJsonObject(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof JsonError) throw new SettingsError(`The settings file ${path} ${error.message}.`);
    if (isFileError(error)) throw new SettingsError(`The settings file ${path} ${fileProblem(error)}.`);
    throw error;
  }
}

/** Checks a value against its schema. Digits become a number if the schema wants one; nothing else is converted. */
function fitted(name: keyof Settings, value: unknown, place: string): unknown {
  const schema = fields[name];
  const isNumber = schema.type === "integer" && typeof value === "string" && /^\s*-?\d+\s*$/.test(value);
  const result = isNumber ? Number(value) : value;
  if (Value.Check(schema, result)) return result;
  const choices = choicesOf(schema);
  const near = choices && typeof value === "string" ? nearest(value, choices) : undefined;
  throw new SettingsError(
    `${place} must be ${wantedOf(name)}, not ${shown(schema, value)}.${near ? ` Did you mean ${near}?` : ""}`,
  );
}

/** Describes the allowed values. Without a name, it describes `--config`. */
function wantedOf(name: keyof Settings | undefined): string {
  if (!name) return "the path of a JSON file";
  const schema = fields[name];
  const choices = choicesOf(schema);
  if (choices) return `one of ${choices.join(", ")}`;
  if (schema.type !== "integer") return schema["wanted"] ?? "text";
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return `a whole number, ${minimum} or more`;
  return `a whole number from ${minimum} to ${maximum}`;
}

function shown(schema: TSchema, value: unknown): string {
  if (schema["secret"]) return "the value given";
  if (typeof value === "object") return kindOf(value);
  return typeof value === "string" ? JSON.stringify(withoutUser(value)) : String(value);
}

function withoutUser(url: string): string {
  return url.replace(/:\/\/.*@/, "://");
}

function choicesOf(schema: TSchema): string[] | undefined {
  return (schema["anyOf"] as { const: string }[] | undefined)?.map((choice) => choice.const);
}

function hint(name: string, known: readonly string[], prefix: string): string {
  const near = nearest(name, known);
  return near ? `Did you mean ${prefix}${near}?` : "Run with --help to list all settings.";
}
