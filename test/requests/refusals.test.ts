import { Type } from "@sinclair/typebox";
import { expect, it } from "vitest";
import { accountRefusals, segmentsRefusals } from "../../src/domains/accounts/index.ts";
import { catalogue, field, RequestError } from "../../src/errors.ts";
import { defineRequest } from "../../src/requests/definition.ts";
import { problemOf } from "../support/answers.ts";

const plain = {
  name: "TestRequest",
  responseName: "TestResponse",
  category: "misc",
  description: "For tests.",
  work: "read",
  response: Type.Object({}),
  examples: [],
} as const;

it("what a handler refuses is among what its definition lists, or does not compile (`npm run types`)", () => {
  const { errors } = defineRequest({
    ...plain,
    caller: "anyone",
    fields: Type.Object({ name: Type.String(), segments: Type.Optional(Type.Unknown()) }),
    errors: [
      accountRefusals.USERNAME.TAKEN,
      { ...accountRefusals.DETAILS.LOCKED, meaning: "Its own words." },
      field("name", "TOO_LONG"),
      ...segmentsRefusals,
    ],
    async prepare({ refuse }) {
      if (!Number.isNaN(0)) return { made: 1 };
      throw refuse(field("segments", "INVALID"));
    },
    async handle({ refuse }, { name }, { made }) {
      if (name.length > made) throw refuse(accountRefusals.USERNAME.TAKEN);
      if (name === "") throw refuse(accountRefusals.DETAILS.LOCKED);
      throw refuse(field("name", "TOO_LONG"));
    },
  });
  defineRequest({
    ...plain,
    caller: "player",
    fields: Type.Object({ name: Type.String() }),
    errors: [accountRefusals.USERNAME.TAKEN, field("name", "TOO_LONG")],
    complete({ refuse }) {
      // @ts-expect-error it is not listed
      throw refuse(field("name", "REQUIRED"));
    },
    async admit({ refuse }) {
      // @ts-expect-error it is not listed
      throw refuse(accountRefusals.DETAILS.LOCKED);
    },
    async handle({ refuse }) {
      // @ts-expect-error there is no such refusal
      throw refuse(accountRefusals.USERNAME.TAKEN_AWAY);
    },
  });
  defineRequest({
    ...plain,
    caller: "player",
    fields: Type.Object({ name: Type.String() }),
    errors: [
      // @ts-expect-error the request has no such field
      field("nam", "TOO_LONG"),
    ],
    handle: async () => ({ response: {} }),
  });
  // @ts-expect-error fields are refused by a closed list of values
  expect(() => field("name", "TOO_LONGISH")).toThrow();
  expect(errors.map(({ key, value }) => `${key}: ${value}`)).toContain("segments: TOO_MANY");
});

it("several refusals are one error, with a sentence beside them", () => {
  const { ID } = catalogue({ ID: { UNKNOWN: ["There is none.", "Check it."] } });
  const error = new RequestError([ID.UNKNOWN, field("name", "TOO_LONG")], { detail: "No.", beside: { more: 1 } });
  expect(error).toMatchObject({ pairs: { ID: "UNKNOWN", name: "TOO_LONG", detail: "No." }, beside: { more: 1 } });
  expect(error.refusals).toContain(ID.UNKNOWN);
});

it("a value can be an object that says the catalogue's value of a member", () => {
  const value = { league: "MALFORMED" };
  expect(new RequestError(field("eligibility", "MALFORMED"), { value }).pairs).toEqual({ eligibility: value });
});

it.each([
  ["a refusal of the definition", { systemId: "NOT_CONNECTED" }, undefined],
  ["a refusal of any request", { server: "BUSY", detail: "Wait." }, undefined],
  ["a field of a wrong type", { systemId: "INVALID", detail: "SocialDisconnectRequest: systemId: a text." }, undefined],
  ["a refusal of another request", { DETAILS: "LOCKED" }, /documents no .*DETAILS/],
  ["one value that is another's", { systemId: "NOT_SET" }, /documents no .*systemId/],
  ["an undocumented refusal among others", { systemId: "REQUIRED", more: "BAD" }, /documents no \{"more":"BAD"\}/],
])("test clients take a response with %s as it is documented", (_, error, problem) => {
  const found = problemOf({ "@class": ".SocialDisconnectResponse", error });
  if (problem) expect(found).toMatch(problem);
  else expect(found).toBeUndefined();
  expect(problemOf({ "@class": ".SocialDisconnectResponse", error }, { hasScripts: true })).toBeUndefined();
});
