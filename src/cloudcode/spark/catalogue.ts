/** Every class of Cloud Code with its members, from GameSparks' documentation and real games' scripts. */
export const CATALOGUE: Readonly<Record<string, string>> = {
  ChatMessage: "getFromId getId getMessage getWhen getWho",
  PendingMatch:
    "getId getMatchShortCode getMatchGroup getSkill getMatchedPlayers joinPendingMatch findPendingMatches " +
    "getMatchData",
  SendGrid: "addTo send setFrom setReplyTo setBcc setSubject setText setHtml addUploaded addDownloadable addHeader",
  Spark:
    "getPlayer loadPlayer loadPlayerByExternalId getChallenge sendMessage sendMessageExt " +
    "sendMessageWithoutPush sendMessageById sendMessageByIdExt sendMessageByIdWithoutPush message save " +
    "remove find lock unlock lockKey unlockKey unlockKeyFully hasScriptErrors setScriptError " +
    "getScriptError removeScriptError removeAllScriptErrors getLog getPlayerIds logEvent getHttp " +
    "dismissMessage runtimeCollection metaCollection getFiles uploadedXml uploadedJson downloadableXml " +
    "downloadableJson sendGrid getScheduler getCache sendRequest sendRequestAs getRedis getLeaderboards " +
    "getConfig getTeams getMultiplayer getProperties getBulkScheduler getDigester getCredentialType " +
    "getSessionId getUploadableUtils exit getScriptData setScriptData removeScriptData " +
    "removeAllScriptData getRemainingMilliseconds getData getClientIp getSparkScriptOptions " +
    "getGameDataService systemCollection cachedRuntimeCollection",
  SparkAchievement:
    "getName getDescription getShortCode getCurrency1Award getCurrency2Award getCurrency3Award " +
    "getCurrency4Award getCurrency5Award getCurrency6Award getPropertySet getVirtualGoodAward " +
    "getCurrencyAwards",
  SparkBulkJob:
    "getId getActualCount getCompleted getCreated getData getDoneCount getErrorCount getEstimatedCount " +
    "getModuleShortCode getPlayerQuery getScheduledTime getScript getStarted",
  SparkBulkScheduler: "submitJobModule submitJobScript cancelJob listBulkJobs",
  SparkCache: "put get remove removeAll",
  SparkChallenge:
    "getRunState getId getShortCode winChallenge drawChallenge startChallenge getChallengedPlayerIds " +
    "getAcceptedPlayerIds getDeclinedPlayerIds getChallengerId getEndDate getExpiryDate getStartDate " +
    "consumeTurn takeTurn removePlayer getPrivateData setPrivateData removePrivateData getScriptData " +
    "setScriptData removeScriptData getChallengeName",
  SparkChallengeType: "getShortCode getName getDescription isTurnBased getAttemptConsumers isGlobal",
  SparkConfig:
    "getStage getApiKey getVirtualGoods getVirtualGood getAchievements getAchievement getSegments " +
    "getSegment getTeams getTeam getChallenges getChallenge getDownloadable getDownloadables " +
    "getMatchConfigs getMatchConfig getCurrencies getCurrency",
  SparkCurrency: "getShortCode getName getDescription getSignupBonus",
  SparkDataCondition: "and negate or",
  SparkDataCursor: "hasNext next",
  SparkDataDeleteResult: "error",
  SparkDataGetResult: "document error",
  SparkDataItem: "getTTL getData delete getId persistor setData setTTL getType getValidationErrors",
  SparkDataItemPersistor:
    "persist withAtomicIncrements withConditionCheck withErrorOnTypeConversion withOverwrite withVersionCheck",
  SparkDataNumberOperand: "between eq gt in lt ne",
  SparkDataPersistResult: "error",
  SparkDataQueryResult: "cursor error",
  SparkDataResult: "error",
  SparkDataSortOrder: "add",
  SparkDataStringOperand: "between eq gt in lt ne startsWith",
  SparkDigest:
    "hmacMd5Base64 hmacMd5Hex hmacSha1Base64 hmacSha1Hex hmacSha256Base64 hmacSha256Base64WithBase64Key " +
    "hmacSha256Hex hmacSha256HexWithHexKey hmacSha384Base64 hmacSha384Hex hmacSha512Base64 hmacSha512Hex " +
    "md2Base64 md2Hex md5Base64 md5Hex sha1Base64 sha1Hex sha256Base64 sha256Hex sha384Base64 sha384Hex " +
    "sha512Base64 sha512Hex hmacMd5Base64WithBase64Key hmacMd5HexWithHexKey hmacSha1Base64WithBase64Key " +
    "hmacSha1HexWithHexKey hmacSha384Base64WithBase64Key hmacSha384HexWithHexKey " +
    "hmacSha512Base64WithBase64Key hmacSha512HexWithHexKey",
  SparkDownloadable: "getShortCode getSize getLastModified getUrl",
  SparkFiles: "deleteUploadedFile uploadedXml uploadedJson downloadableXml downloadableJson",
  SparkGameDataService: "N S createItem getItem queryItems sort",
  SparkHttp: "setBasicAuth setHeaders get postForm postXml postJson postString putForm putXml putJson putString delete",
  SparkHttpResponse: "getHeaders getResponseCode getResponseString getResponseXml getResponseJson getCookies",
  SparkLeaderboard:
    "getDescription getName getShortCode getEntryCount getEntryCountForIdentifier getEntries " +
    "isPartitioned isPartition getPartitions drop getEntriesForIdentifier getEntriesFromPlayer " +
    "getEntriesFromPlayerForCustomId getIdFields getScoreFields deleteAllEntries deleteEntriesForCustomId " +
    "deleteEntry getPropertySet getRankForScore rebuildLeaderboard",
  SparkLeaderboardCursor: "hasNext next",
  SparkLeaderboardEntry: "getUserId getUserName getRank getRankPercentage getWhen getAttribute",
  SparkLeaderboardOperations: "union intersection difference evaluate",
  SparkLeaderboardPartition:
    "getDescription getName getShortCode getEntryCount getEntryCountForIdentifier getEntries " +
    "isPartitioned isPartition getPartitions drop archive isArchived getEntriesForIdentifier " +
    "getEntriesFromPlayer getEntriesFromPlayerForCustomId getIdFields getScoreFields deleteAllEntries " +
    "deleteEntriesForCustomId deleteEntry getPropertySet getRankForScore rebuildLeaderboard",
  SparkLeaderboards:
    "getLeaderboard getSocialLeaderboard getInverseSocialLeaderboard getSocialLeaderboardAs " +
    "getInverseSocialLeaderboardAs getTeamLeaderboard getInverseTeamLeaderboard getTeamLeaderboardAs " +
    "getInverseTeamLeaderboardAs listLeaderboards getChallengeLeaderboard getSocialChallengeLeaderboard " +
    "union getInverseSocialChallengeLeaderboard getSocialChallengeLeaderboardAs " +
    "getInverseSocialChallengeLeaderboardAs getTeamChallengeLeaderboard " +
    "getInverseTeamChallengeLeaderboard intersection getTeamChallengeLeaderboardAs " +
    "getInverseTeamChallengeLeaderboardAs difference",
  SparkLog: "debug info warn error getLevel setLevel",
  SparkMatch:
    "getId getParticipants getServer addPlayers addPlayersById removePlayers removePlayersById " +
    "enableRealtime getMatchData isRealtimeEnabled setMatchData",
  SparkMatchConfig:
    "getShortCode getName getDescription getMinPlayers getMaxPlayers getRealtime getRealtimeScript " +
    "getDropInDropOut getDropInDropOutExpire getManuallyMatch getPlayerDisconnectThreshold getThresholds " +
    "createPendingMatch createPendingMatchWithCustomQuery",
  SparkMatchThreshold: "getPeriod getAcceptMinPlayers getMax getMin getName",
  SparkMatchedPlayer: "getLocation getParticipantData getPlayerId getSkill",
  SparkMessage:
    "setSendViaSocket setSendAsPush setSupressPushOnSocketSend setIncludeInPushCount setExpireAfterHours " +
    "setDeviceTypes setMessageData setPlayerIds send",
  SparkMongoCollectionReadOnly:
    "count distinct dropIndex dropIndexByName ensureIndex find findOne aggregate getIndexInfo " +
    "getLastError getVersionedDocument",
  SparkMongoCollectionReadWrite:
    "count distinct dropIndex dropIndexByName ensureIndex find findOne findAndModify findAndRemove insert " +
    "aggregate applyChanges getIndexInfo getLastError save remove drop update updateMulti " +
    "getVersionedDocument saveVersionedDocument updateOne",
  SparkMongoCursor: "limit skip size count sort hasNext next curr toArray",
  SparkMultiplayer:
    "createMatch createMatchById createMatchWithMatchId createMatchByIdWithMatchId loadMatch " +
    "getMatchConfig loadPendingMatchById loadPendingMatchByPlayer cancelMatchmaking",
  SparkParticipant: "getPlayer getPeerId getAccessToken",
  SparkPlayer:
    "getDisplayName persist getUserName getPlayerId credit1 debit1 credit2 debit2 credit3 debit3 credit4 " +
    "credit5 credit6 debit4 debit5 debit6 getBalance1 getBalance2 getBalance3 getBalance4 getBalance5 " +
    "getBalance6 addVGood useVGood hasVGood addAchievement removeAchievement hasAchievement " +
    "dismissMessage getExternalIds getFriendIds isOnline validatePassword setPassword " +
    "isHiddenOnLeaderboards hideOnLeaderboards showOnLeaderboards getPushRegistrations " +
    "removePushRegistration setSegmentValue getSegmentValue getSegments disconnect getAchievements " +
    "getVirtualGoods resetAuthTokens getLastSeen unlock getCreationDate matchesMongoQuery " +
    "matchesMongoQueryString getExperimentSegments removeExperiment setExperimentSegment deletePlayer " +
    "getPrivateData setPrivateData removePrivateData getScriptData setScriptData removeScriptData " +
    "getAllBalances debit credit getBalance",
  SparkPlayerExperimentSegment: "getExperimentId getSegmentName",
  SparkProperties: "getProperty getPropertySet",
  SparkPushRegistration: "getId getPushId getDeviceOS",
  SparkRealtimeServer: "getHost getPort",
  SparkRedis:
    "append bitcount bitop decr decrBy del exists expire expireAt flushdb get getbit getrange hdel " +
    "hexists hget hgetAll hincrBy hincrByFloat hkeys hlen hmget hmset hset hsetnx hvals incr incrBy " +
    "incrByFloat keys lindex linsert llen lpop lpush lpushx lrange lrem lset ltrim mget mset msetnx " +
    "persist pexpire pexpireAt psetex pttl rename renamenx rpop rpoplpush rpush rpushx sadd scard sdiff " +
    "sdiffstore getSet set setbit setex setnx setrange sinter sinterstore sismember smembers smove sort " +
    "spop srandmember srem strlen substr sunion sunionstore ttl type zadd zcard zcount zincrby " +
    "zinterstore zrange zrangeByScore zrangeByScoreWithScores zrangeWithScores zrank zrem zremrangeByRank " +
    "zremrangeByScore zrevrange zrevrangeByScore zrevrangeByScoreWithScores zrevrangeWithScores zrevrank " +
    "zscore zunionstore geoadd geodist geohash geopos georadius georadiusbymember",
  SparkScheduler: "inSeconds cancel",
  SparkScriptOptions: "getMaintainDbDates setMaintainDbDates",
  SparkSegmentType: "getName getDescription getShortCode getValues",
  SparkSegmentValue: "getName getDescription getShortCode",
  SparkTeam:
    "getOwnerId getTeamId getTeamName getTeamType getMemberIds setOwnerId setTeamName addMembers " +
    "removeMembers drop listChatMessages getChatMessage deleteChatMessage addAchievement " +
    "removeAchievement",
  SparkTeamType:
    "getShortCode getName getSocial getExtendedSocial getMaxMembers getMaxMembershipPerUser getMaxOwnershipPerUser",
  SparkTeams: "getTeam getTeamByOwnerIdAndTeamType",
  SparkUploadableUtils: "uploadString retrieveString",
  SparkVirtualGood:
    "getName getDescription getCurrency1Cost getCurrency2Cost getCurrency3Cost getCurrency4Cost " +
    "getCurrency5Cost getCurrency6Cost getShortCode getGooglePlayProductId getIosAppStoreProductId " +
    "getWP8StoreProductId getW8StoreProductId getAmazonStoreProductId getSteamStoreProductId " +
    "getPsnStoreProductId getType getTags getMaxQuantity getBundledGoods isDisabled getPropertySet " +
    "getCurrencyCosts",
  // Replaces E4X.
  SparkXml: "length text localName attribute attributes child children toString toXMLString",
  SparkXmlReader: "registerCallback process getElement getXml",
  "SparkRequests.Request": "scriptData Execute ExecuteAs Send SendAs",
  "SparkRequests.Response": "error",
};

/** Members that are not fully supported, and what is missing. */
export const PARTIAL: Readonly<Record<string, string>> = {
  "SparkConfig.getVirtualGood": "segment overrides are ignored",
  "SparkConfig.getVirtualGoods": "segment overrides are ignored",
  "SparkConfig.getAchievement": "segment overrides are ignored",
  "SparkConfig.getAchievements": "segment overrides are ignored",
  "SparkConfig.getTeam": "segment overrides are ignored",
  "SparkConfig.getTeams": "segment overrides are ignored",
  "SparkConfig.getChallenge": "segment overrides are ignored",
  "SparkConfig.getChallenges": "segment overrides are ignored",
  "SparkPlayer.addVGood": "changes the stored quantity only; limits and bundles of configured goods are ignored",
  "SparkPlayer.useVGood": "changes the stored quantity only; the configuration is ignored",
  "SparkPlayer.addAchievement": "changes the stored achievements only; no awards, no message",
  "SparkPlayer.credit": "accepts any short code; the reason is not stored",
  "SparkPlayer.debit": "accepts any short code; the reason is not stored",
  "SparkPlayer.resetAuthTokens":
    "revokes all tokens, including the current one; the script's own socket stays signed in",
  "SparkPlayer.hideOnLeaderboards": "stored, but has no effect until leaderboards are supported",
  "SparkPlayer.showOnLeaderboards": "stored, but has no effect until leaderboards are supported",
  "SparkMessage.setSupressPushOnSocketSend": "no effect until push notifications are supported",
  "SparkMessage.setIncludeInPushCount": "no effect until push notifications are supported",
  "SparkMessage.setDeviceTypes": "no effect until push notifications are supported",
  "SparkMongoCollectionReadOnly.ensureIndex": "no text or hashed indexes",
  "SparkMongoCollectionReadWrite.ensureIndex": "no text or hashed indexes",
  "SparkMongoCollectionReadOnly.find": "$where examines at most 10,000 documents",
  "SparkMongoCollectionReadWrite.find": "$where examines at most 10,000 documents",
};
