import { globSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { phrases } from "./word-list.ts";

/**
 * `node tools/words.ts [path …]`: finds phrases that a reader has to read twice, in Markdown and in code (comments,
 * strings and names). `npm run lint` runs it on the paths below.
 */
const CHECKED = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs",
  "examples",
  "bench",
  "tools",
  "src",
  "test",
  "console",
];
/** Files that `npm run docs` generates follow their source; the list itself contains every phrase. */
const SKIPPED =
  /(^|\/)(node_modules|dist|build|\.git)\/|^docs\/(spark|reference\/(requests|settings))\.md$|(words|word-list)(\.test)?\.ts$/;
const EXTENSIONS = "{md,ts,tsx,js,mjs,cjs}";

export interface Finding {
  line: number;
  phrase: string;
  plain: string;
}

const patterns = phrases.map(([phrase, plain]) => ({
  pattern: new RegExp(`\\b(?:${phrase.replaceAll(" ", "\\s+")})(?!\\w)`, "gi"),
  plain,
}));

/** Output that a page quotes; it is checked where it is produced. */
const QUOTED = /^```(?:console|json)\n.*?^```$/gms;

/** Phrases in a text, in the order of their place; one that spans two lines or comment lines counts as the first's. */
export function findPhrases(text: string): Finding[] {
  const own = text.replace(QUOTED, (quoted) => quoted.replace(/[^\n]/g, " "));
  const prose = own.replace(/\n[ \t]*(?:\/\/|\*(?!\/)|>|#+ )?[ \t]*/g, (lineBreak) => " ".repeat(lineBreak.length));
  const found = new Map<number, string>();
  for (const { pattern, plain } of patterns) {
    for (const { 0: phrase, index } of prose.matchAll(pattern)) {
      if (!found.has(index)) found.set(index, `${phrase.replace(/\s+/g, " ")}\n${plain}`);
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([index, entry]) => {
      const [phrase, plain] = entry.split("\n") as [string, string];
      return { line: text.slice(0, index).split("\n").length, phrase, plain };
    });
}

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return globSync(`${path.replace(/\/$/, "")}/**/*.${EXTENSIONS}`)
    .filter((file) => !SKIPPED.test(file))
    .sort();
}

if (import.meta.main) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const given = process.argv.slice(2);
  let count = 0;
  for (const file of (given.length > 0 ? given : CHECKED).flatMap(filesOf)) {
    for (const { line, phrase, plain } of findPhrases(readFileSync(file, "utf8"))) {
      console.error(`${file}:${line}  "${phrase}" → ${plain}`);
      count++;
    }
  }
  if (count > 0) {
    console.error(`\n${count} phrases to reword (tools/word-list.ts).`);
    process.exitCode = 1;
  }
}
