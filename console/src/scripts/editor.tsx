import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useRef } from "preact/hooks";
import { editorTheme } from "./editor-theme.ts";

export interface EditorHandle {
  text(): string;
  goTo(line: number): void;
}

interface Props {
  handle: Ref<EditorHandle>;
  label: string;
  /** As saved; changes are shown against it. */
  text: string;
  isTypeScript: boolean;
  isReadOnly: boolean;
  isReviewing: boolean;
  line: number | undefined;
  /** Whether the text now differs from the saved one. */
  onChange(isChanged: boolean): void;
  onSave(): void;
}

/**
 * CodeMirror. It lives in a shadow root, where it uses constructed style sheets: the server's policy forbids the style
 * elements that it would add to the page. Tab indents; Escape, then Tab leaves the editor.
 */
export function Editor(props: Props) {
  const { handle, text, isReviewing, isReadOnly, line } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const review = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ doc: text, extensions: extensions(latest, review.current) }),
    });
    view.current = editor;
    if (line !== undefined) goTo(editor, line);
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const changes = isReviewing ? unifiedMergeView({ original: text, mergeControls: false, gutter: true }) : [];
    const readOnly = EditorState.readOnly.of(isReadOnly || isReviewing);
    view.current?.dispatch({ effects: review.current.reconfigure([changes, readOnly]) });
  }, [isReviewing, isReadOnly, text]);
  useImperativeHandle(handle, () => ({
    text: () => view.current?.state.doc.toString() ?? text,
    goTo: (at) => view.current && goTo(view.current, at),
  }));
  return <div class="editor" ref={host} />;
}

function goTo(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

function extensions(props: { current: Props }, review: Compartment): Extension {
  const save = (): boolean => {
    props.current.onSave();
    return true;
  };
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    autocompletion(),
    javascript({ typescript: props.current.isTypeScript }),
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ "aria-label": props.current.label, tabindex: "0" }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) props.current.onChange(state.doc.toString() !== props.current.text);
    }),
    keymap.of([
      { key: "Mod-s", run: save, preventDefault: true },
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      indentWithTab,
      ...defaultKeymap,
    ]),
    editorTheme,
    review.of([]),
  ];
}
