/** Members of classes that are here, which need a capability that is not: member → capability. */
export const unsupportedInSpark = {
  getLeaderboards: "leaderboards",
  getTeams: "teams",
  getMultiplayer: "multiplayer",
  getBulkScheduler: "bulk jobs",
} as const;

export const unsupportedInPlayer = {
  getPushRegistrations: "push notifications",
  removePushRegistration: "push notifications",
  getExperimentSegments: "experiments",
  removeExperiment: "experiments",
  setExperimentSegment: "experiments",
} as const;

export const unsupportedInMatchConfig = {
  createPendingMatch: "multiplayer",
  createPendingMatchWithCustomQuery: "multiplayer",
} as const;

export const unsupportedInDownloadable = { getUrl: "files" } as const;
