import { connectRefusals as ofConnect, segmentsRefusals } from "../../domains/accounts/index.ts";
import { catalogue, field } from "../../errors.ts";

export const refusals = catalogue({
  authentication: {
    "COPPA restricted": [
      "This credential may not link players to external accounts.",
      "Use a credential that is not marked as COPPA compliant.",
    ],
    UNAVAILABLE: ["The provider did not reply in time.", "Try again."],
  },
  deviceOS: { "IOS|ANDROID|WP8": ["The platform is empty.", "Send its name."] },
});

/** Of every request that connects an account; `key` is the parameter that names it. */
export const connectRefusals = <const Key extends string>(key: Key) => [
  ...ofConnect(key),
  field(key, "NOTAUTHENTICATED"),
  refusals.authentication["COPPA restricted"],
  refusals.authentication.UNAVAILABLE,
  ...segmentsRefusals,
];
