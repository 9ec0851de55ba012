import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { findPhrases } from "../tools/words.ts";

it.each([
  ["an old phrase", "The admin is told of it.", [1, "told"]],
  ["in capitals", "Whoever asks gets it.", [1, "Whoever"]],
  ["across lines of Markdown", "The error\ntells which.", [1, "error tells"]],
  ["across lines of a comment", "/**\n * Nothing is to be\n * had here.\n */", [2, "to be had"]],
  ["across lines of another comment", "// one\n// goes\n// on, later", [2, "goes on"]],
  ["in a string", 'throw new Error("the time is over");', [1, "is over"]],
  ["a possessive", "It is none of JavaScript's words.", [1, "is none of"]],
  ["in a name", "const anew = 1;", [1, "anew"]],
  ["several in a line", "It is begun anew.", [1, "is begun"], [1, "anew"]],
])("finds %s", (_what, text, ...found) => {
  expect(findPhrases(text).map(({ line, phrase }) => [line, phrase])).toEqual(found);
});

it.each([
  "Requests that are over the limit are refused.",
  "The protocol is over WebSocket; a document is over 16 MB.",
  "The lease has expired, so another server claims it.",
  "The image goes on top. Triple quotes. Strips a prefix.",
  "The server answers a request that it does not know with an error.",
  "So many connections that memory runs out; up to twice as many as before.",
  "Output:\n```console\n$ run\nIt starts anew.\n```",
  "The line where there is a mistake. A place that there is room for.",
])("finds nothing in: %s", (text) => {
  expect(findPhrases(text)).toEqual([]);
});

it("prints place, phrase and replacement, and fails", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-words-"));
  const tool = fileURLToPath(new URL("../tools/words.ts", import.meta.url));
  const run = () => promisify(execFile)(process.execPath, [tool, folder]);
  try {
    await writeFile(join(folder, "good.ts"), "// Returns the player.\n");
    expect(await run()).toEqual({ stdout: "", stderr: "" });
    await writeFile(join(folder, "bad.md"), "Fine.\n\nThe job starts anew.\n");
    await expect(run()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${join(folder, "bad.md")}:3  "anew" → again\n`),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
