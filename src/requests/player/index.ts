import type { AnyRequest } from "../definition.ts";
import { accountDetails } from "./account-details.ts";
import { changeUserDetails } from "./change-user-details.ts";
import { dismissMessage } from "./dismiss-message.ts";
import { dismissMultipleMessages } from "./dismiss-multiple-messages.ts";
import { getMessage } from "./get-message.ts";
import { listGameFriends } from "./list-game-friends.ts";
import { listInviteFriends } from "./list-invite-friends.ts";
import { listMessage } from "./list-message.ts";
import { listMessageDetail } from "./list-message-detail.ts";
import { listMessageSummary } from "./list-message-summary.ts";
import { logEvent } from "./log-event.ts";
import { socialDisconnect } from "./social-disconnect.ts";
import { updateMessage } from "./update-message.ts";

export const playerRequests: readonly AnyRequest[] = [
  accountDetails,
  changeUserDetails,
  dismissMessage,
  dismissMultipleMessages,
  getMessage,
  listGameFriends,
  listInviteFriends,
  listMessage,
  listMessageDetail,
  listMessageSummary,
  logEvent,
  socialDisconnect,
  updateMessage,
];
