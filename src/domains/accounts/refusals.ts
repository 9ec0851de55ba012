import { catalogue, field } from "../../errors.ts";

export const refusals = catalogue({
  DETAILS: {
    UNRECOGNISED: ["No player has this userName and password.", "Check both."],
    LOCKED: ["There were too many wrong passwords in a row.", "Try again when the lock has expired."],
  },
  USERNAME: { TAKEN: ["Another player has this userName.", "Choose a different one."] },
  authentication: {
    NOTAUTHORIZED: ["The connection has no player.", "Send an authentication request first."],
  },
  systemId: { NOT_CONNECTED: ["The player has no account of that system.", "See SocialStatusRequest for the links."] },
  userName: {
    CHANGE_REQUIRED: [
      "The userName was derived from this account.",
      "Choose another by ChangeUserDetailsRequest first.",
    ],
  },
  password: {
    NOT_SET: ["The player has no other way to log in.", "Set a password by ChangeUserDetailsRequest first."],
  },
});

/** Of `login`. */
export const loginRefusals = [refusals.DETAILS.UNRECOGNISED, refusals.DETAILS.LOCKED];

/** Of `disconnect`, in the order of its checks. */
export const disconnectRefusals = [
  field("systemId", "REQUIRED", "No systemId was sent.", "Send the two letters of the system."),
  refusals.systemId.NOT_CONNECTED,
  refusals.userName.CHANGE_REQUIRED,
  refusals.password.NOT_SET,
];

/** Of `segmentsOf`. */
export const segmentsRefusals = [
  field("segments", "INVALID", "A segment's type or value cannot be one.", "Send {type: value}, each value a text."),
  field("segments", "TOO_MANY", "There are more than 100 segments."),
];

/** Of `connect`; `key` is the parameter that names the account. */
export const connectRefusals = <const Key extends string>(key: Key) => [
  field(key, "ACCOUNT_ALREADY_LINKED"),
  field(key, "UNRECOGNISED", "No player has this account.", "Leave out doNotCreateNewPlayer to create one."),
];
