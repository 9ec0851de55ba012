import { SandboxError } from "../cloudcode/built-sandbox.ts";
import { GameError } from "../game/errors.ts";
import { SettingsError } from "../setting.ts";
import { StoreError } from "../store/errors.ts";
import { ArgumentError } from "./arguments.ts";
import { readRunArguments } from "./run-arguments.ts";
import { RunError, runOnce } from "./run-once.ts";
import { reportText } from "./run-report.ts";

/** Exit code 0; 1 if a script or the server failed or the target cannot be run; 2 for an invalid command line. */
export async function run(args: string[]): Promise<number> {
  try {
    const wanted = readRunArguments(args);
    const report = await runOnce(wanted, process.env);
    process.stdout.write(wanted.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
    for (const line of report.serverErrors) process.stderr.write(`${JSON.stringify(line)}\n`);
    const hasFailed = report.serverErrors.length > 0 || report.scripts.some(({ failure }) => failure !== undefined);
    return hasFailed ? 1 : 0;
  } catch (error) {
    const isUse = error instanceof ArgumentError || error instanceof SettingsError;
    const isKnown = [RunError, GameError, StoreError, SandboxError].some((kind) => error instanceof kind);
    if (!isUse && !isKnown) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    return isUse ? 2 : 1;
  }
}
