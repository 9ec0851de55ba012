import type { AnyRequest } from "../definition.ts";
import { accountDetails } from "./account-details.ts";
import { changeUserDetails } from "./change-user-details.ts";
import { listGameFriends } from "./list-game-friends.ts";
import { listInviteFriends } from "./list-invite-friends.ts";
import { socialDisconnect } from "./social-disconnect.ts";

export const playerRequests: readonly AnyRequest[] = [
  accountDetails,
  changeUserDetails,
  listGameFriends,
  listInviteFriends,
  socialDisconnect,
];
