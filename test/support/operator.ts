import { Command, MAIN } from "./command.ts";

/** The command as a process of its own. */
export const rekindle = (...args: string[]) => new Command([process.execPath, MAIN, ...args]);

/** Runs the command to its end. */
export async function run(...args: string[]) {
  const command = rekindle(...args);
  const exitCode = await command.ended;
  return { exitCode, stdout: command.stdout, stderr: command.stderr };
}

/** Runs the command with --json. Returns what it printed. */
export async function json(...args: string[]) {
  const { exitCode, stdout, stderr } = await run(...args, "--json");
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}

export async function startServer(data: string, ...args: string[]): Promise<{ server: Command; url: string }> {
  const server = rekindle("start", "--port", "0", "--data", data, ...args);
  const url = new URL(await server.says(/Health +(\S+)/)).origin;
  return { server, url };
}

export async function stop(server: Command): Promise<void> {
  server.child.kill("SIGTERM");
  await server.ended;
}

/** The status of a call with the key. */
export const callWith = (url: string, key: string) =>
  fetch(`${url}/v1/integration/list`, { headers: { "x-api-key": key } }).then(({ status }) => status);
