/** Members of classes that are here, which need a capability that is not: member → capability. */
export const laterOfSpark = {
  getLeaderboards: "leaderboards",
  getTeams: "teams",
  getMultiplayer: "multiplayer",
  getBulkScheduler: "bulk jobs",
} as const;

export const laterOfPlayer = {
  getPushRegistrations: "push notifications",
  removePushRegistration: "push notifications",
  getExperimentSegments: "experiments",
  removeExperiment: "experiments",
  setExperimentSegment: "experiments",
} as const;

export const laterOfMatchConfig = {
  createPendingMatch: "multiplayer",
  createPendingMatchWithCustomQuery: "multiplayer",
} as const;

export const laterOfDownloadable = { getUrl: "files" } as const;
