import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { type Config, ConfigSchema } from "./config.ts";

/** A setting that cannot be used: one sentence that says what, where, and what is allowed. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

export interface Sources {
  /** What stands after the command on the command line. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

const fields = ConfigSchema.properties as Record<keyof Config, TSchema>;
const names = Object.keys(fields) as (keyof Config)[];
const PREFIX = "REKINDLE_";
/** Read by the tests alone. */
const TEST_PREFIX = `${PREFIX}TEST_`;

/**
 * Every setting: from the command line, else the environment, else the file that `--config` or REKINDLE_CONFIG names,
 * else its default. Whatever is unknown or does not fit ends the start.
 */
export function readSettings({ args, env }: Sources): Config {
  const flags = readFlags(args);
  const variables = readEnvironment(env);
  const file = flags.config ?? variables.config;
  const config: Record<string, unknown> = { ...(Value.Create(ConfigSchema) as Config) };
  for (const { name, value, place } of [...(file ? readFile(file) : []), ...variables.settings, ...flags.settings]) {
    config[name] = fitted(name, value, place);
  }
  return config as Config;
}

/** The settings for a person to read, without what is secret. */
export function describeSettings(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => [name, fields[name]["secret"] ? (config[name] ? "(set)" : "(not set)") : config[name]]),
  );
}

/** A line for each setting: flag, default, sentence. */
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
  name: keyof Config;
  value: unknown;
  /** Where it was read, for the sentence that refuses it. */
  place: string;
}

/** logLevel → log-level */
function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** logLevel → REKINDLE_LOG_LEVEL */
function variableOf(name: string): string {
  return PREFIX + flagOf(name).replaceAll("-", "_").toUpperCase();
}

function readFlags(args: readonly string[]): { config: string | undefined; settings: Setting[] } {
  const known = new Map(names.map((name) => [flagOf(name), name]));
  const options = Object.fromEntries([...known.keys(), "config"].map((flag) => [flag, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const settings: Setting[] = [];
  let config: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional")
      throw new SettingsError(`The command line has "${token.value}", which is no flag.`);
    if (token.kind !== "option") continue;
    const name = known.get(token.name);
    if (!name && token.name !== "config") {
      throw new SettingsError(`There is no setting ${token.rawName}.${nearest(token.name, [...known.keys()], "--")}`);
    }
    const { value } = token;
    // Without "=", a flag would take the flag after it as its value.
    if (value === undefined || (!token.inlineValue && value.startsWith("--"))) {
      throw new SettingsError(`${token.rawName} needs a value.`);
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
    const name = known.get(variable);
    if (!name) {
      throw new SettingsError(
        `The environment has ${variable}, which is no setting.${nearest(variable, [...known.keys()], "")}`,
      );
    }
    settings.push({ name, value, place: `${variable} in the environment` });
  }
  return { config: env[`${PREFIX}CONFIG`], settings };
}

function readFile(path: string): Setting[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SettingsError(`The settings file ${path} cannot be read: ${(error as Error).message}.`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new SettingsError(`The settings file ${path} must hold one JSON object, with a member for each setting.`);
  }
  return Object.entries(content).map(([name, value]) => {
    if (!Object.hasOwn(fields, name)) {
      throw new SettingsError(
        `The settings file ${path} has "${name}", which is no setting.${nearest(name, names, "")}`,
      );
    }
    return { name: name as keyof Config, value, place: `"${name}" in ${path}` };
  });
}

/** The value as the schema wants it. Text becomes a number where one is wanted; nothing else is converted. */
function fitted(name: keyof Config, value: unknown, place: string): unknown {
  const schema = fields[name];
  const isNumber = schema.type === "integer" && typeof value === "string" && /^-?\d+$/.test(value.trim());
  const result = isNumber ? Number(value) : value;
  if (Value.Check(schema, result)) return result;
  const shown = schema["secret"] ? "its value" : JSON.stringify(value);
  throw new SettingsError(`${place}: ${shown} does not fit; it must be ${wanted(schema)}.`);
}

function wanted(schema: TSchema): string {
  const choices = choicesOf(schema);
  if (choices) return `one of ${choices.join(", ")}`;
  if (schema.type !== "integer") return "text";
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return `a whole number, ${minimum} or more`;
  return `a whole number from ${minimum} to ${maximum}`;
}

function choicesOf(schema: TSchema): string[] | undefined {
  return (schema["anyOf"] as { const: string }[] | undefined)?.map((choice) => choice.const);
}

/** " Did you mean X?" where one of the known names is close. */
function nearest(name: string, known: readonly string[], prefix: string): string {
  const close = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const near = close && close.distance <= Math.max(2, name.length / 4);
  return near ? ` Did you mean ${prefix}${close.candidate}?` : " --help lists all of them.";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
