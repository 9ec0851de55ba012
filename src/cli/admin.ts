import { operations } from "../apis/admin/index.ts";
import { OperationRefused } from "../apis/admin/operation.ts";
import { ProblemError } from "../apis/problem.ts";
import { AdminRefused } from "../domains/admins/index.ts";
import { SocialRefused } from "../domains/social/index.ts";
import { GameError } from "../game/errors.ts";
import { nearest } from "../near-miss.ts";
import { SettingsError } from "../setting.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings-schema.ts";
import { StoreError } from "../store/errors.ts";
import { type AdminCommand, flagNames, readAdminCommand, sentenceOf } from "./admin-arguments.ts";
import { performOperation } from "./admin-operation.ts";
import { resultText } from "./admin-text.ts";
import { ArgumentError } from "./arguments.ts";

/** Exit code 0; 1 if the operation was refused or the data cannot be used; 2 for an invalid command line. */
export async function admin(group: string, args: string[]): Promise<number> {
  try {
    const command = readAdminCommand(operationNamed(group, args), group, args);
    const result = await performOperation(command, settingsOf(command));
    process.stdout.write(command.json ? `${JSON.stringify(result, null, 2)}\n` : resultText(result));
    if (!command.json && command.operation.note !== undefined) process.stderr.write(`${command.operation.note}\n`);
    return 0;
  } catch (error) {
    const isUse = error instanceof ArgumentError || error instanceof SettingsError;
    const isKnown = [OperationRefused, AdminRefused, SocialRefused, StoreError, GameError].some(
      (kind) => error instanceof kind,
    );
    if (error instanceof ProblemError && error.problem.kind === "invalid") {
      process.stderr.write(`${error.problem.issues.map(sentenceOf).join("\n")}\n`);
      return 2;
    }
    if (!isUse && !isKnown) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    return isUse ? 2 : 1;
  }
}

/** `audit` is one word, the others are two. */
function operationNamed(group: string, [word = ""]: readonly string[]) {
  const named = operations.find(({ name }) => name === group || name === `${group} ${word}`);
  if (named) return named;
  const words = operations.flatMap(({ name }) => (name.startsWith(`${group} `) ? name.slice(group.length + 1) : []));
  const all = `rekindle ${group} has ${words.join(", ")}.`;
  if (word === "" || word.startsWith("-")) throw new ArgumentError(`Incomplete command. ${all}`);
  const near = nearest(word, words);
  throw new ArgumentError(`Unknown command "${group} ${word}". ${near ? `Did you mean ${group} ${near}?` : all}`);
}

function settingsOf({ operation, settings }: AdminCommand): Settings {
  try {
    return readSettings({ args: settings, env: process.env });
  } catch (error) {
    if (!(error instanceof SettingsError) || !/^Unknown setting -/.test(error.message)) throw error;
    const flags = [...flagNames(operation), "stage", "json"].map((flag) => `--${flag}`).join(", ");
    throw new SettingsError(`${error.message} The options of rekindle ${operation.name} are ${flags}.`);
  }
}
