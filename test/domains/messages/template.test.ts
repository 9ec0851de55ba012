import { expect, it } from "vitest";
import { fillTemplate, MAX_TEXT_LENGTH } from "../../../src/domains/messages/template.ts";

/** A placeholder, as lint takes one in ordinary text for a mistake. */
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
  ["nothing there", `[${$("nobody")}${$("who.name.first")}${$("nothing.x")}]`, "[]"],
  ["an element", $("list.1"), "b"],
  ["an object", $("challenge.challenger"), '{"name":"Grace"}'],
  ["what JavaScript adds", `[${$("constructor")}${$("who.length")}${$("list.length")}${$("toString")}]`, "[2]"],
  ["a member called __proto__ that the message has", $("__proto__.own"), "own"],
  ["a value that looks like a placeholder", $("text"), $("who")],
  ["what is no placeholder", `$who {who} $$ ${$("")}`, `$who {who} $$ ${$("")}`],
])("%s", (_, template, text) => {
  expect(fillTemplate(template, message)).toBe(text);
});

it("is bounded", () => {
  expect(fillTemplate($("large"), { large: "x".repeat(100_000) })).toHaveLength(MAX_TEXT_LENGTH);
});
