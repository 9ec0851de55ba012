import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The console's own colours, which are inherited into the shadow root. */
export const editorTheme: Extension = [
  EditorView.theme({
    "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--text)", fontSize: "13px" },
    "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px" },
    ".cm-content": { caretColor: "var(--text)" },
    ".cm-cursor": { borderLeftColor: "var(--text)" },
    ".cm-gutters": {
      backgroundColor: "var(--sunken)",
      color: "var(--text-soft)",
      borderRight: "1px solid var(--line)",
    },
    ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 60%, transparent)" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected) !important" },
    ".cm-changedLine": { backgroundColor: "var(--request-soft) !important" },
    ".cm-deletedChunk": { backgroundColor: "var(--error-soft) !important" },
    ".cm-panels, .cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)" },
    ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--selected)", color: "var(--text)" },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--accent)" },
      { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: "var(--request)" },
      { tag: [tags.number, tags.bool, tags.null, tags.self], color: "var(--response)" },
      { tag: [tags.comment, tags.meta], color: "var(--text-soft)", fontStyle: "italic" },
      { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--message)" },
      { tag: tags.invalid, color: "var(--error)" },
    ]),
  ),
];
