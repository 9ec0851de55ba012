/** Members that are not supported because they need a missing capability, by name. */
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
