import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { hashOf, ROOT } from "../src/built-files.ts";
import { SandboxError, sandboxFiles } from "../src/cloudcode/built-sandbox.ts";
import { evaluatorFiles } from "../src/store/embedded/evaluator-file.ts";

const OWN = "tools/build-sandbox.ts";

/**
 * `npm run build:sandbox`, which `npm ci` and every run of the tests begin with: makes one file without types of each
 * program that script hosts and evaluators run. What the bundler warns of is an error, such as a cycle, or an import of a
 * sandbox that cannot be bundled. Takes 0.1 s. Each file is replaced in one step, the hashes last.
 */
export async function buildSandbox(root: string = ROOT): Promise<void> {
  const files = sandboxFiles(root);
  await build(root, files.sources, [
    [files.host, "src/cloudcode/host/main.ts", "cjs"],
    [files.thread, "src/cloudcode/host/thread.ts", "cjs"],
    [files.realm, "src/cloudcode/realm/entry.ts", "iife"],
  ]);
  const { program, sources } = evaluatorFiles(root);
  await build(root, sources, [[program, "src/store/embedded/evaluator/main.ts", "cjs"]]);
}

type Format = "cjs" | "iife";

async function build(root: string, sources: string, programs: [file: string, input: string, Format][]): Promise<void> {
  const hashes: Record<string, string> = { [OWN]: hashOf(readFileSync(join(root, OWN))) };
  const built: [path: string, text: string][] = [];
  for (const [file, input, format] of programs) built.push([file, await bundled(root, input, format, hashes)]);
  built.push([sources, `${JSON.stringify(hashes, undefined, 2)}\n`]);
  mkdirSync(dirname(sources), { recursive: true });
  for (const [path, text] of built) {
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  }
}

/** As the bundler declares classes. V8's own errors, such as that of a method of another object, say what a class is called. */
const UNNAMED_CLASS = /^(\s*var (\w+) = class)( extends \w+)? (?=\{)/gm;

/** The text of one program, a CommonJS module or an expression. The hash of each source that it is made of is added. */
async function bundled(root: string, input: string, format: Format, hashes: Record<string, string>): Promise<string> {
  const { rolldown } = await bundler();
  const bundle = await rolldown({
    cwd: root,
    input,
    tsconfig: false,
    // A sandbox has nothing of Node.
    platform: format === "cjs" ? "node" : "neutral",
    ...(format === "cjs" && { external: ["isolated-vm"] }),
    // Every statement of a module runs, as without a bundler.
    treeshake: false,
    checks: { circularDependency: true },
    onLog(level, { code, message }) {
      // Its value is used, and no name: that would be a global variable.
      if (code === "MISSING_NAME_OPTION_FOR_IIFE_EXPORT") return;
      if (level !== "debug") throw new Error(message);
    },
    plugins: [
      {
        name: "hashes",
        transform(source, path) {
          // The bundler's own code has none.
          if (isAbsolute(path)) hashes[relative(root, path).replaceAll("\\", "/")] = hashOf(source);
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format, strict: true, generatedCode: { symbols: false } });
  await bundle.close();
  return output[0].code.replace(UNNAMED_CLASS, "$1 $2$3 ");
}

function bundler(): Promise<typeof import("rolldown")> {
  return import("rolldown").catch(() => {
    throw new SandboxError(
      "The sandbox cannot be built: its bundler is a development dependency, which is not installed. Run npm ci without " +
        "--omit=dev; then npm prune --omit=dev --ignore-scripts takes the development dependencies away.",
    );
  });
}

if (import.meta.main) {
  await buildSandbox().catch((error: Error) => {
    process.stderr.write(`${error instanceof SandboxError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}
