import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../../src/apis/admin/index.ts";
import type { Role } from "../../../src/domains/admins/index.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";
import { call, MANY, op, signInAll } from "./support.ts";

let social: SocialApp;
let cookies: Record<Role, string>;
let id: string;
beforeAll(async () => {
  social = await startSocialApp(MANY);
  cookies = await signInAll(social.app);
  const player = await social.device();
  id = player.userId!;
  await ok(player.request("FacebookConnectRequest", { accessToken: social.facebookUser("hostile") }));
});
afterAll(() => social.discard());

const HOSTILE: [string, unknown][] = [
  ["an operator", { $gt: "" }],
  ["a pattern", { $regex: ".*" }],
  ["an ObjectId", { $oid: "0123456789abcdef01234567" }],
  ["a list", ["admin"]],
  ["null", null],
  ["a number that is none", 1e308],
  ["a negative number", -1],
  ["true", true],
  ["an empty text", ""],
  ["NUL", "a\u0000b"],
  ["a prototype's member", "__proto__"],
  ["another prototype's member", "constructor"],
  ["an operator's name", "$where"],
  ["a path", "../../etc/passwd"],
  ["a line feed", "a\nb"],
  ["markup", "<script>alert(1)</script>"],
  ["half a character", "\ud800"],
  ["a long text", "x".repeat(200_000)],
];

/** What makes an operation reach its work, where a hostile value is the only one that is wrong. */
const usual = (name: string): Record<string, unknown> =>
  ({
    "keys create": { name: "n", scopes: ["*"] },
    "keys revoke": { id: "0".repeat(16) },
    "keys kill": { id: "0".repeat(16) },
    "organizations create": { name: "n" },
    "organizations suspend": { id: "org_none" },
    "organizations resume": { id: "org_none" },
    "projects create": { name: "n" },
    "profiles create": { title: "t" },
    "profiles suspend": { id: "prf_none" },
    "profiles resume": { id: "prf_none" },
    "admins create": { name: "new", role: "read", password: "correct horse battery" },
    "admins remove": { name: "none" },
    "admins password": { name: "none" },
    "admins code": { name: "none", state: "off" },
    "players search": { text: "t" },
    "players disconnect": { id, system: "GC" },
    "players disconnect-preview": { id, system: "FB" },
    "players password": { id, password: "p" },
    "players delete": { id, name: "not the name" },
    "collections indexes": { collection: "player" },
    "collections find": { collection: "player" },
    "scripts read": { script: "event/NONE" },
    "scripts save": { script: "event/NONE", text: "1;" },
  })[name] ?? (name.startsWith("players ") ? { id } : {});

describe.each(operations.map(({ name, arguments: { properties } }) => ({ name, names: Object.keys(properties) })))(
  "$name",
  ({ name, names }) => {
    // Some operations have no arguments.
    if (names.length > 0) {
      it("answers every hostile argument with a refusal or a result, and never fails", async () => {
        const failures: string[] = [];
        for (const argument of names) {
          for (const [what, value] of HOSTILE) {
            const response = await op(social.app, cookies.admin, name, { ...usual(name), [argument]: value });
            const { status, text } = response;
            if (![200, 400, 409].includes(status))
              failures.push(`${argument}: ${what}: ${status} ${text.slice(0, 200)}`);
            if (status !== 200 && !response.body?.error?.message) failures.push(`${argument}: ${what}: no message`);
            if (typeof value === "object" && value !== null && !Array.isArray(value) && status === 200) {
              failures.push(`${argument}: ${what} was accepted`);
            }
          }
        }
        expect(failures).toEqual([]);
      });
    }

    it.each(["no such argument", "__proto__", "constructor", "$where"])(
      "refuses or drops the argument %s",
      async (argument) => {
        const body = JSON.stringify({ arguments: usual(name) }).replace(
          '"arguments":{',
          `"arguments":{"${argument}":{"a":1}${Object.keys(usual(name)).length > 0 ? "," : ""}`,
        );
        const path = `/console/api/op/${name.replace(" ", "/")}`;
        const { status } = await call(social.app, path, { cookie: cookies.admin, body });
        // JSON's __proto__ is dropped, so what remains is an ordinary call.
        expect(argument === "__proto__" ? [200, 409] : [400]).toContain(status);
      },
    );
  },
);

it("none of it was logged as unexpected", () => {
  expect(social.app.log.filter((line) => line["errorId"] !== undefined)).toEqual([]);
});
