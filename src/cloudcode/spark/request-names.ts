/**
 * Every request of GameSparks' API, as `new SparkRequests.…()` names it; a test holds the server's own requests to it. One
 * that the server does not have is an error where a script sends it.
 */
export const REQUEST_NAMES: readonly string[] = (
  "AcceptChallengeRequest AccountDetailsRequest AmazonBuyGoodsRequest AmazonConnectRequest " +
  "AnalyticsRequest AroundMeLeaderboardRequest AuthenticationRequest BatchAdminRequest " +
  "BuyVirtualGoodsRequest CancelBulkJobAdminRequest ChangeUserDetailsRequest ChatOnChallengeRequest " +
  "ConsumeVirtualGoodRequest CreateChallengeRequest CreateTeamRequest DeclineChallengeRequest " +
  "DeviceAuthenticationRequest DismissMessageRequest DismissMultipleMessagesRequest DropTeamRequest " +
  "EndSessionRequest FacebookConnectRequest FindChallengeRequest FindMatchRequest " +
  "FindPendingMatchesRequest GameCenterConnectRequest GetChallengeRequest GetDownloadableRequest " +
  "GetLeaderboardEntriesRequest GetMessageRequest GetMyTeamsRequest GetPropertyRequest " +
  "GetPropertySetRequest GetTeamRequest GetUploadUrlRequest GetUploadedRequest " +
  "GooglePlayBuyGoodsRequest GooglePlayConnectRequest GooglePlusConnectRequest IOSBuyGoodsRequest " +
  "JoinChallengeRequest JoinPendingMatchRequest JoinTeamRequest KongregateConnectRequest " +
  "LeaderboardDataRequest LeaderboardsEntriesRequest LeaveTeamRequest ListAchievementsRequest " +
  "ListBulkJobsAdminRequest ListChallengeRequest ListChallengeTypeRequest ListGameFriendsRequest " +
  "ListInviteFriendsRequest ListLeaderboardsRequest ListMessageDetailRequest ListMessageRequest " +
  "ListMessageSummaryRequest ListTeamChatRequest ListTeamsRequest ListTransactionsRequest " +
  "ListVirtualGoodsRequest LogChallengeEventRequest LogEventRequest MatchDetailsRequest " +
  "MatchmakingRequest NXConnectRequest PSNAccountConnectRequest PSNConnectRequest PsnBuyGoodsRequest " +
  "PushRegistrationRequest QQConnectRequest RegistrationRequest RevokePurchaseGoodsRequest " +
  "ScheduleBulkJobAdminRequest SendFriendMessageRequest SendTeamChatMessageRequest " +
  "SocialDisconnectRequest SocialLeaderboardDataRequest SocialStatusRequest SteamBuyGoodsRequest " +
  "SteamConnectRequest TwitchConnectRequest TwitterConnectRequest UpdateMessageRequest " +
  "ViberConnectRequest WeChatConnectRequest WindowsBuyGoodsRequest WithdrawChallengeRequest " +
  "XBOXLiveConnectRequest XboxOneConnectRequest"
).split(" ");
