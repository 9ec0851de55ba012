import { useRef, useState } from "preact/hooks";
import { operation, sentenceOf } from "../api/client.ts";
import type { SavedScript, ScriptText } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { may, reloadCatalogue, stage } from "../state/session.ts";
import { Problem } from "../ui/message.tsx";
import { Editor, type EditorHandle } from "./editor.tsx";
import { TryIt } from "./try-it.tsx";

interface Props {
  script: string;
  line: number | undefined;
  saved(): void;
}

/** A script in the editor. Saving shows the changes first; the server checks that the text can be parsed. */
export function ScriptView({ script, line, saved }: Props) {
  const read = useResource(() => operation<ScriptText>("scripts read", stage.value, { script }), [script]);
  const editor = useRef<EditorHandle>(null);
  const [isChanged, setChanged] = useState(false);
  const [isReviewing, setReviewing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [said, setSaid] = useState("");
  const [base, setBase] = useState<{ text: string; hash: string }>();
  if (!read.data) return <div class="script-head">{<Problem text={read.problem} retry={read.reload} />}</div>;
  const { file, canSave, problem: broken } = read.data;
  const original = base ?? { text: read.data.text, hash: read.data.hash };
  const maySave = canSave && may("scripts save");

  const save = async (): Promise<void> => {
    const text = editor.current?.text() ?? original.text;
    try {
      const { hash, isLive } = await operation<SavedScript>("scripts save", stage.value, {
        ...{ script, text, before: original.hash },
      });
      setBase({ text, hash });
      setProblem(undefined);
      setReviewing(false);
      setChanged(false);
      setSaid(isLive ? "Saved. The next run uses it." : "Saved. Restart the server to use it: scriptHotReload is off.");
      saved();
      void reloadCatalogue();
    } catch (error) {
      const sentence = sentenceOf(error);
      setProblem(sentence);
      setReviewing(false);
      const [, at] = /\bline (\d+)/i.exec(sentence) ?? [];
      if (at) editor.current?.goTo(Number(at));
    }
  };

  return (
    <div class="script-view">
      <div class="row script-head">
        <h2 class="mono">{file}</h2>
        {isChanged && <span class="badge warning">changed</span>}
        <span class="grow small soft" role="status">
          {said}
        </span>
        {!isChanged && <TryIt script={script} />}
        {isReviewing ? (
          <>
            <button type="button" class="button quiet" onClick={() => setReviewing(false)}>
              Back to the text
            </button>
            <button type="button" class="button primary" onClick={save}>
              Save these changes
            </button>
          </>
        ) : (
          maySave && (
            <button type="button" class="button primary" disabled={!isChanged} onClick={() => setReviewing(true)}>
              Save… <kbd>Ctrl S</kbd>
            </button>
          )
        )}
      </div>
      <Problem text={problem ?? (broken && `${broken.message}${broken.line ? ` (line ${broken.line})` : ""}`)} />
      <Editor
        handle={editor}
        label={`Text of ${file}`}
        text={original.text}
        isTypeScript={file.endsWith(".ts")}
        isReadOnly={!maySave}
        isReviewing={isReviewing}
        line={line ?? broken?.line}
        onChange={(isNow) => {
          setChanged(isNow);
          setSaid("");
        }}
        onSave={() => (isReviewing ? void save() : setReviewing(true))}
      />
    </div>
  );
}
