import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** The command line. What a command needs is loaded with it, so that each starts quickly. */
keepCompiledCode();

const USAGE = `Usage: rekindle [command] [settings]

Commands
  start                      starts the server (the command that needs no name)
  run EVENT                  runs one event of the game's Cloud Code and prints what it did; also request/NAME,
                             modules/NAME, system/NAME, … It uses an empty data folder, which it removes
    --player WHO             a player's id or user name; "new", as where none is named, makes one
    --data JSON              the event's attributes, the request's fields or the script's data
    --data-folder FOLDER     the data of a server that is stopped, which the run changes
    --stage STAGE            preview or live
    --json                   prints one JSON document
  import EXPORT FOLDER       makes a game's folder of a configuration that GameSparks exported, or of a folder with
                             one and its Cloud Code
  export FOLDER [FILE]       writes a game's configuration, to FILE or to the standard output
  help                       this text
  version                    the version

Settings of start and run: --name value, REKINDLE_NAME in the environment, or "name" in the JSON file of --config FILE;
the first of these that says something counts. --log-level is REKINDLE_LOG_LEVEL and "logLevel".
`;

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  start: async (args) => (await import("./cli/start.ts")).start(args),
  run: async (args) => (await import("./cli/run.ts")).run(args),
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
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name]!(others);
  const { nearest } = await import("./near-miss.ts");
  const near = nearest(name, Object.keys(COMMANDS));
  process.stderr.write(`There is no command "${name}". ${near ? `Did you mean ${near}?` : "--help lists them."}\n`);
  return 2;
}

/**
 * Keeps compiled code, types stripped, between starts. In the user's own folder: in one that users share, such as the
 * system's for temporary files, others could plant theirs. Where it cannot be written to, starts are slower.
 */
function keepCompiledCode(): void {
  try {
    enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rekindle"));
  } catch {
    // A user without a home folder.
  }
}

process.exitCode = await main(process.argv.slice(2));
