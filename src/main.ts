import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** The command line. Each command imports its own code, so that every command starts quickly. */
keepCompiledCode();

const USAGE = `Usage: rekindle [command] [settings]

Commands
  start                      start the server (default)
  run EVENT                  run one event of the game's Cloud Code and print what it did. EVENT may also be
                             request/NAME, modules/NAME, system/NAME, … Uses a temporary, empty data folder
    --player WHO             a player's id or user name, or "new" (default) to create one
    --data JSON              the event's attributes, the request's fields or the script's data
    --data-folder FOLDER     use, and modify, the data folder of a stopped server
    --stage STAGE            preview or live
    --json                   print the report as JSON
  import EXPORT FOLDER       create a game folder from a configuration exported by GameSparks, or from a folder
                             with one and its Cloud Code
  export FOLDER [FILE]       write a game's configuration to FILE or to standard output
  keys create|list|revoke|kill
                             the keys of the HTTP APIs. To create one: --name NAME --scopes a,b
  organizations create|list|suspend|resume, projects create|list
                             who has keys, and what for
  profiles create|suspend|resume
                             a Profile-Key that acts as a player: --player ID. A suspended profile's posts wait
  switch on|off|show         stop and resume all keys of a stage
  audit                      list changes to accounts, posts and keys: --player ID, --action NAME, --limit N
  admins create|list|remove|password|code
                             the admins of the console: admins create NAME --role read, support or admin
  players search|show|disconnect-preview|disconnect|password|sign-out|delete|export
                             help with a player: players search TEXT, players show ID, players disconnect ID --system FB
  accounts list, posts list  social accounts of players and projects, and their posts
  collections list|indexes|find, scripts list|read|save, configuration show, jobs list, metrics show, log tail
                             what the console shows of a running server
    --stage STAGE            preview or live, for all of these. They work while the server runs and while it does not
    --organization, --project, --return-hosts, --json
  help                       show this text
  version                    show the version

Settings for start, run and administration: --name value, REKINDLE_NAME in the environment, or "name" in the JSON file given by
--config FILE, in this order of precedence. For example --log-level, REKINDLE_LOG_LEVEL and "logLevel".
`;

/** The first words of the operations (`apis/admin/index.ts`), which are not loaded for other commands. */
const GROUPS = [
  ...["keys", "organizations", "projects", "profiles", "switch", "audit", "admins", "players", "accounts", "posts"],
  ...["collections", "scripts", "configuration", "jobs", "metrics", "log"],
];

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  start: async (args) => (await import("./cli/start.ts")).start(args),
  run: async (args) => (await import("./cli/run.ts")).run(args),
  import: async (args) => (await import("./cli/import.ts")).importGame(args),
  export: async (args) => (await import("./cli/export.ts")).exportGame(args),
  ...Object.fromEntries(
    GROUPS.map((group) => [group, async (args: string[]) => (await import("./cli/admin.ts")).admin(group, args)]),
  ),
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
  process.stderr.write(
    `Unknown command "${name}". ${near ? `Did you mean ${near}?` : "Run with --help to list the commands."}\n`,
  );
  return 2;
}

/**
 * Caches compiled code in the user's own folder, so that other users cannot plant code. Starts are slower without it.
 */
function keepCompiledCode(): void {
  try {
    enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rekindle"));
  } catch {
    // The user has no home folder.
  }
}

process.exitCode = await main(process.argv.slice(2));
