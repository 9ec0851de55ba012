import type { TSchema } from "@sinclair/typebox";
import { Value, type ValueError } from "@sinclair/typebox/value";
import { JsonError, kindOf, parseJsonObject } from "../json.ts";
import { integrationProblems } from "../providers/index.ts";
import { contentOf } from "./content.ts";
import { credentialsOf } from "./credentials.ts";
import { dataTypesOf } from "./data-types.ts";
import { GameDocument, type ScriptItem } from "./document.ts";
import { GameError } from "./errors.ts";
import { eventsOf } from "./events.ts";
import { findConfig, readConfig } from "./folder.ts";
import type { Game } from "./game.ts";
import { messagesOf } from "./messages.ts";

const CURRENCIES = [1, 2, 3, 4, 5, 6] as const;
const API_KEY = /^[A-Za-z0-9_-]{1,64}$/;

export interface LoadedGame extends Game {
  /** Non-fatal problems of the configuration, a sentence each. */
  problems: readonly string[];
}

/**
 * GameSparks exports load unchanged.
 * @throws GameError if the folder or its configuration is unusable
 */
export async function loadGame(folder: string): Promise<LoadedGame> {
  const file = await findConfig(folder);
  return gameOf(await readConfig(file), file, folder);
}

/** Parses a configuration; `file` is its path, for messages. */
export function gameOf(text: string, file: string, folder: string): LoadedGame {
  const document = parse(text, file);
  if (!Value.Check(GameDocument, document)) {
    throw new GameError(`${file}: ${shapeProblem(Value.Errors(GameDocument, document).First()!)}.`);
  }
  const apiKey = document.apiKey ?? /^\/game\/([^/]+)\/config$/.exec(document["@id"] ?? "")?.[1];
  if (!apiKey || !API_KEY.test(apiKey)) {
    throw new GameError(
      `${file} has no usable API key: its "apiKey", or its "@id" as "/game/API_KEY/config", must have 1 to 64 letters, digits, "-" or "_".`,
    );
  }
  const [integration] = integrationProblems(document.integrations ?? {});
  if (integration) throw new GameError(`${file}: ${integration}`);
  const problems: string[] = [];
  const credentials = credentialsOf(document["~credentials"] ?? [], file, problems);
  if (credentials.size === 0) {
    throw new GameError(`${file} has no credential with a secret in "~credentials", so nobody could connect.`);
  }
  if (!credentials.has("device")) {
    problems.push(`${file} has no credential "device", which SDKs connect with by default.`);
  }
  return {
    apiKey,
    name: document.name ?? apiKey,
    folder,
    credentials,
    integrations: document.integrations ?? {},
    newPlayerCurrencies: CURRENCIES.map((n) => document[`newUserCurrency${n}Bonus`] ?? 0),
    events: eventsOf(document["~events"] ?? [], file, problems),
    dataTypes: dataTypesOf(document["~indexedTypes"] ?? [], file, problems),
    ...contentOf(document, file, problems),
    messages: messagesOf(document["~messages"] ?? [], file, problems),
    embeddedScripts: (document["~scripts"] ?? []).flatMap(scriptOf),
    document: document as Record<string, unknown>,
    problems,
  };
}

function parse(text: string, file: string): Record<string, unknown> {
  try {
    return parseJsonObject(text);
  } catch (error) {
    if (error instanceof JsonError) throw new GameError(`${file} ${error.message}.`);
    throw error;
  }
}

/** `/~scripts/<type>_<shortCode>`; the type has no "_". */
function scriptOf(item: ScriptItem): Game["embeddedScripts"] {
  const [, type = item.type, shortCode = item.name] = /\/~scripts\/([^_/]+)_(.+)$/.exec(item["@id"] ?? "") ?? [];
  return type && shortCode && item.script ? [{ type, shortCode, source: item.script }] : [];
}

/** Names the place and the actual and expected types, never the value, which may be a secret. */
function shapeProblem(error: ValueError): string {
  // Members are unions with null; report the error of the other branch.
  const inner = error.errors[0]?.First();
  if (inner) return shapeProblem(inner);
  return `${placeOf(error.path)} must be ${wanted(error.schema)}, but is ${kindOf(error.value)}`;
}

/** "/~0credentials/0/secret" → "~credentials[0].secret" */
function placeOf(pointer: string): string {
  const parts = pointer.slice(1).split("/");
  const names = parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.map((name, at) => (/^\d+$/.test(name) ? `[${name}]` : at === 0 ? name : `.${name}`)).join("");
}

const WANTED: Record<string, string> = {
  string: "text",
  boolean: "true or false",
  integer: "a whole number",
  array: "a list",
  object: "an object",
};

function wanted(schema: TSchema): string {
  return WANTED[schema.type as string] ?? "something else";
}
