import { Type } from "@sinclair/typebox";
import { MAX_PASSWORD_LENGTH } from "../../domains/accounts/index.ts";
import {
  ADMIN_NAME,
  type AdminDocument,
  checkPassword,
  createAdmin,
  listAdmins,
  MIN_ADMIN_PASSWORD,
  newPassword,
  newSecret,
  purposeOf,
  ROLES,
  removeAdmin,
  setAdminPassword,
  setSecondFactor,
  uriOf,
} from "../../domains/admins/index.ts";
import { defineOperation, OperationRefused } from "./operation.ts";

const name = Type.String({
  description: "Name of an admin of the console.",
  pattern: ADMIN_NAME,
  wanted: "1 to 40 lower-case letters, digits, dots, hyphens or underscores",
});
const password = Type.String({
  description: "The new password. By default, a random one, which is returned.",
  minLength: MIN_ADMIN_PASSWORD,
  maxLength: MAX_PASSWORD_LENGTH,
  wanted: `${MIN_ADMIN_PASSWORD} to ${MAX_PASSWORD_LENGTH} characters`,
});
const NOTE = "Copy the password now if it is shown. It is stored as a hash only.";
/** What is about the server as a whole, and for the role admin only. */
const common = { role: "admin", on: "default" } as const;

export const adminOperations = [
  defineOperation({
    ...common,
    name: "admins create",
    summary: "Creates an admin of the console.",
    work: "write",
    arguments: Type.Object({
      name,
      role: Type.Union(
        ROLES.map((role) => Type.Literal(role)),
        {
          description: "read: sees; support: also helps players; admin: everything.",
          wanted: `one of ${ROLES.join(", ")}`,
        },
      ),
      password: Type.Optional(password),
    }),
    positional: "name",
    note: NOTE,
    prepare: async ({ passwords }, { password }) => hashed(passwords, password),
    async run({ documents, by, now }, { name, role }, { hash, shown }) {
      const admin = await createAdmin(documents, { name, role, hash }, { by, now });
      return { ...shownAdmin(admin), ...shown };
    },
  }),
  defineOperation({
    ...common,
    name: "admins list",
    summary: "Lists the admins of the console. At most 200.",
    work: "read",
    arguments: Type.Object({}),
    run: async ({ documents }) => (await listAdmins(documents)).map(shownAdmin),
  }),
  defineOperation({
    ...common,
    name: "admins remove",
    summary: "Removes an admin of the console and signs it out.",
    work: "write",
    arguments: Type.Object({ name }),
    positional: "name",
    async run({ documents, by, now }, { name }) {
      await removeAdmin(documents, name, { by, now });
      return { name, removed: true };
    },
  }),
  defineOperation({
    ...common,
    name: "admins password",
    summary: "Sets the password of an admin of the console and signs it out.",
    work: "write",
    arguments: Type.Object({ name, password: Type.Optional(password) }),
    positional: "name",
    note: NOTE,
    prepare: async ({ passwords }, { password }) => hashed(passwords, password),
    async run({ documents, by, now }, { name }, { hash, shown }) {
      await setAdminPassword(documents, name, hash, { by, now });
      return { name, ...shown };
    },
  }),
  defineOperation({
    ...common,
    name: "admins code",
    summary:
      "Turns the second factor of an admin on or off and signs it out. On: returns the URI for an authenticator app.",
    work: "write",
    arguments: Type.Object({
      name,
      state: Type.Union([Type.Literal("on"), Type.Literal("off")], {
        description: "on: a new secret replaces an earlier one.",
        wanted: "on or off",
      }),
    }),
    positional: "name",
    note: "Add a new URI to an authenticator app now. It cannot be shown again.",
    async prepare({ seal }, { name, state }) {
      if (state === "off") return { sealed: undefined, uri: undefined };
      const secret = await newSecret();
      const sealed = await seal(secret, purposeOf(name));
      if (sealed === undefined) {
        throw new OperationRefused("This server stores no secrets, because tokenKeys is not set. Set it first.");
      }
      return { sealed, uri: await uriOf(secret, name, "Rekindle") };
    },
    async run({ documents, by, now }, { name, state }, { sealed, uri }) {
      await setSecondFactor(documents, name, sealed, { by, now });
      return { name, secondFactor: state, ...(uri !== undefined && { uri }) };
    },
  }),
];

async function hashed(passwords: { hash(password: string): Promise<string> }, given: string | undefined) {
  const password = given ?? newPassword();
  checkPassword(password);
  return { hash: await passwords.hash(password), shown: given === undefined ? { password } : {} };
}

function shownAdmin({ _id, role, createdAt, lastSignIn, secondFactor }: AdminDocument) {
  return {
    ...{ name: _id, role, createdAt },
    ...(lastSignIn && { lastSignIn }),
    secondFactor: secondFactor !== undefined,
  };
}
