/** Every request of GameSparks' API, for `new SparkRequests.…()`. Sending one that the server lacks is an error. */
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
