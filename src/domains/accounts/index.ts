import { defineDomain } from "../../kernel/domain.ts";
import { AccountsService } from "./service.ts";
import { accountsSettings } from "./settings.ts";

/** Players, their ways to log in, their links to external accounts, and their friends. */
export const accountsDomain = defineDomain({
  name: "accounts",
  settings: accountsSettings,
  collections: [
    {
      name: "player",
      indexes: [
        [{ userName: 1 }, { unique: true }],
        [{ displayName: 1 }, { sparse: true }],
      ],
    },
    { name: "externalAuthentication", indexes: [[{ playerId: 1 }]] },
    { name: "playerPassword" },
    { name: "loginFailures", indexes: [[{ expires: 1 }, { expireAfterSeconds: 0 }]] },
    { name: "deviceAuthentication", indexes: [[{ playerId: 1 }]] },
    {
      name: "authToken",
      indexes: [[{ playerId: 1, created: 1 }], [{ expires: 1 }, { expireAfterSeconds: 0 }]],
    },
    { name: "friendship", indexes: [[{ players: 1 }]] },
    { name: "externalFriends", indexes: [[{ playerId: 1, systemId: 1 }]] },
    { name: "accountArrival", indexes: [[{ expires: 1 }, { expireAfterSeconds: 0 }]] },
    { name: "tokenRevocation", indexes: [[{ due: 1 }]] },
  ],
  service: { class: AccountsService, make: (kernel) => new AccountsService(kernel) },
});

export { announceArrival } from "./arrivals.ts";
export { accounts, type PlayerDocument } from "./collections.ts";
export { connect, SwitchRefused } from "./connect.ts";
export { deletePlayer } from "./delete-player.ts";
export { changeDetails } from "./details.ts";
export { playerOfDevice } from "./devices.ts";
export { type DisconnectOptions, disconnect } from "./disconnect.ts";
export { disconnectAccount } from "./disconnect-account.ts";
export { areFriends, friendIdsOf, friendsOf, invitableFriendsOf } from "./friends.ts";
export { hideOnLeaderboards, isHiddenOnLeaderboards } from "./leaderboards.ts";
export { LinkGrants, type OpenLink } from "./link-grants.ts";
export { LinkTokens, type SealedTokens } from "./link-tokens.ts";
export { linkKey } from "./links.ts";
export { login, provePassword, requireUnchangedPassword, unlock } from "./login.ts";
export { createPasswords, MAX_PASSWORD_LENGTH, type Passwords, PasswordsBusy } from "./passwords.ts";
export { createPlayer, getPlayer, touchPlayer } from "./players.ts";
export {
  connectRefusals,
  disconnectRefusals,
  loginRefusals,
  refusals as accountRefusals,
  segmentsRefusals,
} from "./refusals.ts";
export { register } from "./registration.ts";
export { type CurrencyAmounts, release, reserve } from "./reserved.ts";
export { mergeChanges, withChanges } from "./script-changes.ts";
export {
  applyScriptChanges,
  changesAnything,
  PlayerChanged,
  readScriptPlayer,
  type WriteMode,
  writeScriptChanges,
} from "./script-view.ts";
export { segmentsOf } from "./segments.ts";
export { AccountsService } from "./service.ts";
export { accountsSettings } from "./settings.ts";
export type { SocialStatuses } from "./social-status.ts";
export { summarise } from "./summary.ts";
export { issueToken, ownerOfToken, revokeTokens, useToken } from "./tokens.ts";
