import { describe, expect, test } from "vitest";
import { MAX_ELEMENTS, readXml, type XmlElement } from "../../src/xml/document.ts";
import { XmlReader } from "../../src/xml/reader.ts";

const READ: [what: string, text: string, element: XmlElement][] = [
  ["an element", "<a/>", ["a", [], []]],
  ["a declaration, a comment, an instruction", '<?xml version="1.0"?><!-- b --><a><?c d?></a>', ["a", [], []]],
  ["texts and elements in their order", "<a>x<b/>y</a>", ["a", [], ["x", ["b", [], []], "y"]]],
  ["no white space between elements", "<a>\n  <b> c </b>\n</a>\n", ["a", [], [["b", [], [" c "]]]]],
  ["characters by name and number", "<a b='&lt;&#65;'>&amp;lt;&#x42;</a>", ["a", [["b", "<A"]], ["&lt;B"]]],
  ["raw text", "<a>1<![CDATA[<b>&amp;]]>2</a>", ["a", [], ["1<b>&amp;2"]]],
  [
    "prefixes",
    '<x:a xmlns:x="u" x:b="1"/>',
    [
      "x:a",
      [
        ["xmlns:x", "u"],
        ["x:b", "1"],
      ],
      [],
    ],
  ],
  ["numbers unchanged", "<a b='1.0'>007</a>", ["a", [["b", "1.0"]], ["007"]]],
  [
    "names of Object.prototype",
    '<__proto__ constructor="1" __proto__="2"><toString/><hasOwnProperty/></__proto__>',
    [
      "__proto__",
      [
        ["constructor", "1"],
        ["__proto__", "2"],
      ],
      [
        ["toString", [], []],
        ["hasOwnProperty", [], []],
      ],
    ],
  ],
];

const REFUSED: [what: string, text: string, sentence: string][] = [
  ["empty text", "", "The XML is invalid in line 1"],
  ["JSON", '{"a": 1}', "The XML is invalid in line 1"],
  ["an unclosed element", "<a>\n<b></a>", "The XML is invalid in line 2"],
  ["two elements", "<a/><b/>", "exactly one root element"],
  ["a repeated attribute", '<a b="1" b="2"/>', "Attribute 'b' is repeated"],
  ["an internal entity", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "The XML has a document type"],
  ["an external entity", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "a document type"],
  ["an external document type", '<!doctype a SYSTEM "http://127.0.0.1/"><a/>', "a document type"],
  ["150 levels", "<a>".repeat(150) + "</a>".repeat(150), "nested more than 100 levels deep"],
  ["too many elements", `<a>${"<b/>".repeat(MAX_ELEMENTS)}</a>`, "more than 20000 elements"],
];

describe("XML", () => {
  for (const [what, text, element] of READ) test(`parses ${what}`, () => expect(readXml(text)).toEqual(element));
  for (const [what, text, sentence] of REFUSED) {
    test(`with ${what} is refused`, () => expect(() => readXml(text)).toThrow(sentence));
  }
});

describe("the XML parser's thread", () => {
  test("handles documents in order and continues after a refusal", async () => {
    const reader = new XmlReader();
    const answers = await Promise.allSettled(["<a/>", "<", "<b/>"].map((text) => reader.read(text)));
    expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value[0] : answer.reason.name))).toEqual([
      "a",
      "NotXml",
      "b",
    ]);
  });
});
