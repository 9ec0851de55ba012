import { expect, it } from "vitest";
import { fillTemplate, MAX_TEXT_LENGTH } from "../../../src/domains/messages/template.ts";

/** A placeholder; the linter reports literal ones as mistakes. */
const $ = (path: string) => `$\{${path}}`;
const message = JSON.parse(`{
  "who": "Ada", "n": 0, "no": false, "nothing": null, "list": ["a", "b"], "text": "$\{who}",
  "challenge": { "challenger": { "name": "Grace" } }, "__proto__": { "own": "own" }
}`);

it.each([
  ["no placeholder", "Hello", "Hello"],
  ["a member", `${$("who")} is in`, "Ada is in"],
  ["a path", `by ${$("challenge.challenger.name")}!`, "by Grace!"],
  ["several, with spaces", `${$(" who ")}${$("who")}`, "AdaAda"],
  ["zero and false", `${$("n")} ${$("no")}`, "0 false"],
  ["null", `[${$("nothing")}]`, "[]"],
  ["missing values", `[${$("nobody")}${$("who.name.first")}${$("nothing.x")}]`, "[]"],
  ["an element", $("list.1"), "b"],
  ["an object", $("challenge.challenger"), '{"name":"Grace"}'],
  ["inherited members", `[${$("constructor")}${$("who.length")}${$("list.length")}${$("toString")}]`, "[2]"],
  ["an own member called __proto__", $("__proto__.own"), "own"],
  ["a value that looks like a placeholder", $("text"), $("who")],
  ["invalid placeholders", `$who {who} $$ ${$("")}`, `$who {who} $$ ${$("")}`],
])("%s", (_, template, text) => {
  expect(fillTemplate(template, message)).toBe(text);
});

it("limits the length of the text", () => {
  expect(fillTemplate($("large"), { large: "x".repeat(100_000) })).toHaveLength(MAX_TEXT_LENGTH);
});
