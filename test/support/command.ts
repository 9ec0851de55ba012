import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** The command line as a process of its own. */
export class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(command: string[], env: Record<string, string> = {}) {
    const ours = (name: string) => name.startsWith("REKINDLE_") || name.startsWith("npm_");
    const inherited = Object.entries(process.env).filter(([name]) => !ours(name));
    const [program, ...args] = command;
    this.child = spawn(program!, args, { env: { ...Object.fromEntries(inherited), ...env } });
    this.child.stdout!.on("data", (data) => {
      this.stdout += data;
    });
    this.child.stderr!.on("data", (data) => {
      this.stderr += data;
    });
    this.ended = once(this.child, "close").then(([code]) => code);
  }

  /** What the first group of the pattern matched, once the output has it. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match[1] ?? match[0];
      const ended = await Promise.race([
        this.ended.then(() => true),
        once(this.child.stdout!, "data").then(() => false),
      ]);
      if (ended && !pattern.test(this.stdout))
        throw new Error(`ended without a word of it: ${this.stdout}${this.stderr}`);
    }
  }
}
