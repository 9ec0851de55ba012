import { defineDomain } from "../../kernel/domain.ts";
import { Admins } from "./service.ts";
import { adminsSettings } from "./settings.ts";

/** The admins of the console and their sessions, in the store of the default stage. */
export const adminsDomain = defineDomain({
  name: "admins",
  settings: adminsSettings,
  collections: [
    { name: "consoleAdmin" },
    { name: "consoleSession", indexes: [[{ admin: 1 }], [{ expires: 1 }, { expireAfterSeconds: 0 }]] },
  ],
  service: { class: Admins, make: (kernel) => new Admins(kernel) },
});

export {
  ADMIN_NAME,
  checkPassword,
  createAdmin,
  FIRST_ADMIN,
  hasAdmin,
  listAdmins,
  MIN_ADMIN_PASSWORD,
  newPassword,
  removeAdmin,
  setAdminPassword,
  setSecondFactor,
} from "./admins.ts";
export type { AdminDocument } from "./collections.ts";
export { AdminRefused, SignInRefused } from "./refused.ts";
export { mayAct, ROLES, type Role } from "./roles.ts";
export { newSecret, uriOf } from "./second-factor.ts";
export { Admins, isOwnMachine, purposeOf } from "./service.ts";
export { type AdminSession, endSession, findSession, type SessionLimits } from "./sessions.ts";
export { adminsSettings } from "./settings.ts";
