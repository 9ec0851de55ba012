import { whole } from "../../setting.ts";

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
};
