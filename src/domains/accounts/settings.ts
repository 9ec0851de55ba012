import { whole } from "../../setting.ts";

export const accountsSettings = {
  authTokenDays: whole("An authToken ends this many days after it was given; each login gives another.", 90, 1),
  authTokensPerPlayer: whole("A player's oldest authTokens beyond this many end.", 20, 1),
  loginFailuresBeforeLock: whole("Wrong passwords in a row that lock a player.", 5, 1),
  loginLockMinutes: whole("How long a player stays locked.", 15, 1),
  passwordHashesAtOnce: whole("Passwords hashed at the same time; each takes 19 MB and most of a core.", 2, 1),
  passwordHashesQueued: whole("Password checks waiting; a further one is refused at once.", 200, 1),
};
