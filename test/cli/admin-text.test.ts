import { describe, expect, it } from "vitest";
import { resultText } from "../../src/cli/admin-text.ts";

describe("the result of an operation, as a person reads it", () => {
  it.each([
    ["a line break", "Partner\norg_fake  Game", "Partner\\u000aorg_fake  Game"],
    ["an escape sequence", "\u001b[2J\u001b[31mPartner", "\\u001b[2J\\u001b[31mPartner"],
    ["an escape sequence of one character", "\u009b31mPartner", "\\u009b31mPartner"],
    ["a mark that reverses the text", "\u202erentraP", "\\u202erentraP"],
    ["a separator of lines", "a\u2028b", "a\\u2028b"],
  ])("has one line for each row whose name has %s", (_, name, shown) => {
    expect(resultText([{ id: "org_1", name }])).toBe(`id     name\norg_1  ${shown}\n`);
  });

  it("shows what lists and objects have in the same way", () => {
    expect(resultText({ tags: ["a\u001b", "b"], data: { text: "\u009bc" } })).toBe(
      'tags  a\\u001b,b\ndata  {"text":"\\u009bc"}\n',
    );
  });

  it("leaves other text as it is", () => {
    expect(resultText({ name: "Ädä 漢字 👩‍👩‍👧" })).toBe("name  Ädä 漢字 👩‍👩‍👧\n");
  });
});
