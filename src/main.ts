#!/usr/bin/env node
import { enableCompileCache } from "node:module";

/**
 * The command line. What a command needs is loaded with it, so that each starts quickly; compiled code is kept in the
 * system's folder for temporary files between starts.
 */
enableCompileCache();

const USAGE = `Usage: rekindle [command] [settings]

Commands
  start                      starts the server (the command that needs no name)
  import EXPORT FOLDER       makes a game's folder of a configuration that GameSparks exported
  export FOLDER [FILE]       writes a game's configuration, to FILE or to the standard output
  help                       this text

Settings of start: --name value, REKINDLE_NAME in the environment, or "name" in the JSON file of --config FILE
`;

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  start: async (args) => (await import("./cli/start.ts")).start(args),
  import: async (args) => (await import("./cli/import.ts")).importGame(args),
  export: async (args) => (await import("./cli/export.ts")).exportGame(args),
  async help() {
    const { settingsHelp } = await import("./settings.ts");
    process.stdout.write(`${USAGE}${settingsHelp()}\n`);
    return 0;
  },
  async version() {
    const { version } = (await import("../package.json", { with: { type: "json" } })).default;
    process.stdout.write(`${version}\n`);
    return 0;
  },
};

async function main(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) return COMMANDS["help"]!(args);
  if (args.includes("--version")) return COMMANDS["version"]!(args);
  const [first, ...rest] = args;
  const [name, others] = first === undefined || first.startsWith("-") ? ["start", args] : [first, rest];
  if (!Object.hasOwn(COMMANDS, name)) {
    process.stderr.write(`There is no command "${name}". rekindle help lists them.\n`);
    return 2;
  }
  return COMMANDS[name]!(others);
}

process.exitCode = await main(process.argv.slice(2));
