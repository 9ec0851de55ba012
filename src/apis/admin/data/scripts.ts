import { Type } from "@sinclair/typebox";
import { listScripts, readScript, ScriptRefused, saveScript } from "../../../cloudcode/edit.ts";
import { MAX_SCRIPT_BYTES } from "../../../cloudcode/load.ts";
import { SCRIPT_KINDS } from "../../../cloudcode/script-files.ts";
import { record } from "../../../domains/audit/index.ts";
import type { ScriptKind } from "../../../kernel/scripts/result.ts";
import { defineServerOperation, OperationRefused } from "../operation.ts";

const script = Type.String({
  description: "Kind and short code of a script, such as event/LAP.",
  // A short code becomes the name of a file.
  pattern: `^(${SCRIPT_KINDS.join("|")})/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$`,
  wanted: "a kind of scripts, a slash and a short code, such as event/LAP",
});

export const scriptOperations = [
  defineServerOperation({
    name: "scripts list",
    summary: "Lists the game's scripts and what is wrong with them.",
    work: "read",
    role: "read",
    arguments: Type.Object({}),
    run: ({ server }) => refusing(listScripts(server.game)),
  }),
  defineServerOperation({
    name: "scripts read",
    summary: "Returns the text of a script.",
    work: "read",
    role: "read",
    arguments: Type.Object({ script }),
    positional: "script",
    run: ({ server }, { script }) => refusing(readScript(server.game, script)),
  }),
  defineServerOperation({
    name: "scripts save",
    summary: "Checks the text of a script and writes it to the game folder. The server loads it at once.",
    work: "write",
    role: "admin",
    arguments: Type.Object({
      script,
      text: Type.String({
        description: "The new text.",
        maxLength: MAX_SCRIPT_BYTES,
        wanted: `text of at most ${MAX_SCRIPT_BYTES} bytes`,
      }),
      before: Type.Optional(
        Type.String({
          description:
            "The hash of the text that was edited, as scripts read returned it. Leave it out for a new script.",
          pattern: "^[0-9a-f]{64}$",
          wanted: "the hash that scripts read returned",
        }),
      ),
    }),
    positional: "script",
    prepare: ({ server }, { script, text, before }) => {
      const [kind, name] = script.split("/") as [ScriptKind, string];
      return refusing(saveScript(server.game, { kind, name, text, before }));
    },
    /** The file is written before: if the record fails, the response is an error and the text is saved. */
    async run({ documents, by, now, server }, { script }, { file, hash }) {
      await record(documents, { action: "script.saved", by, now, subject: script, data: { file, hash } });
      return { script, file, hash, isLive: server.config.scriptHotReload === "on" };
    },
  }),
];

function refusing<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof ScriptRefused ? new OperationRefused(error.message, { cause: error }) : error;
  });
}
