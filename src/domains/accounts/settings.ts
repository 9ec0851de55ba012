import { Type } from "@sinclair/typebox";
import { form, whole } from "../../setting.ts";

const KEY = "[\\w+/-]{43}=?";
const KEYS = form("keys of 32 bytes in base64, separated by commas", `\\s*${KEY}\\s*(,\\s*${KEY}\\s*)*`);

export const accountsSettings = {
  authTokenDays: whole("Days until an authToken expires. Every login issues a new one.", 90, 1),
  authTokensPerPlayer: whole("Maximum number of authTokens per player; the oldest are revoked.", 20, 1),
  loginFailuresBeforeLock: whole("Consecutive wrong passwords after which a player is locked out.", 5, 1),
  loginLockMinutes: whole("Minutes that a player stays locked out.", 15, 1),
  passwordHashesAtOnce: whole(
    "Maximum number of passwords hashed at the same time; each takes 19 MB and most of a core.",
    2,
    1,
  ),
  passwordHashesQueued: whole(
    "Maximum number of queued password checks; a further one is refused immediately.",
    200,
    1,
  ),
  tokenKeys: Type.String({
    ...KEYS,
    description:
      "Keys that encrypt the stored tokens of external accounts: 32 random bytes each, in base64, separated by commas. The first encrypts, all decrypt. Empty: the embedded store uses the file token-key in the data folder, and with MongoDB tokens are not stored.",
    secret: true,
  }),
};
