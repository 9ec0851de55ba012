/**
 * A configuration of the shape that GameSparks exported in full, with values of our own: every root, null for what is
 * absent, parts that the server does not read yet, and some that no server knows.
 */
export function fullExport() {
  const credential = (name: string, can: { player: boolean; listen: boolean; callback: boolean }) => ({
    "@id": `/~credentials/${name}`,
    canCallback: can.callback,
    canHavePlayer: can.player,
    canListen: can.listen,
    coppaCompliant: false,
    description: `The ${name} credential`,
    name,
    restPolicy: name === "device" ? "Require Auth Token" : "Allowed",
    secret: `${name} secret`,
    system: true,
    type: name,
    "~requests": [],
  });
  const forPlayers = { player: true, listen: true, callback: false };
  return {
    "@id": "/game/A123456b7cd8/config",
    analyticsCurrencyCode: "USD",
    apiKey: "A123456b7cd8",
    description: "",
    endSessionDelayMinutes: null,
    excludedCountries: null,
    integrations: {
      "@id": "/integrations",
      amazon: { "@id": "/integrations/amazon", amazonAppId: null, amazonPurchaseSecret: null, segmentData: [] },
      apple: { "@id": "/integrations/apple", bundleId: null, prodPushCertificate: null, useIosProdCert: false },
      facebook: { "@id": "/integrations/facebook", facebookAppId: "1", facebookSecret: "hidden", segmentData: [] },
      nobodyKnowsThis: { "@id": "/integrations/nobodyKnowsThis", value: null },
    },
    name: "A game",
    newUserCurrency1Bonus: 5,
    newUserCurrency2Bonus: null,
    newUserCurrency3Bonus: 0,
    newUserCurrency4Bonus: 0,
    newUserCurrency5Bonus: 0,
    newUserCurrency6Bonus: 0,
    segmentData: null,
    "~achievements": [],
    "~challenges": [],
    "~credentials": [
      credential("server", { player: false, listen: true, callback: true }),
      credential("debug", forPlayers),
      credential("server-send", { player: false, listen: false, callback: false }),
      credential("sftp", forPlayers),
      credential("device", forPlayers),
    ],
    "~currencies": [],
    "~downloadables": [],
    "~events": [
      {
        "@id": "/~events/ROUND",
        description: "A round's end",
        name: "Round",
        shortCode: "ROUND",
        "~attributes": [
          {
            "@id": "/~events/ROUND/~attributes/POINTS",
            dataType: "int",
            defaultAggregationType: "MAX",
            defaultValue: null,
            name: "Points",
            shortCode: "POINTS",
          },
        ],
      },
    ],
    "~indexedTypes": [
      {
        "@id": "/~indexedTypes/hero",
        description: null,
        name: "Hero",
        shortCode: "hero",
        "~indexedFields": [
          { "@id": "/~indexedTypes/hero/~indexedFields/level", path: "stats.level", shortCode: "level", type: "N" },
        ],
      },
    ],
    "~leaderboards": [
      {
        "@id": "/~leaderboards/BEST",
        description: "",
        highScoreNotifications: true,
        name: "Best",
        propertySet: null,
        segmentData: [],
        shortCode: "BEST",
        snapshotFrequency: "NEVER",
        team: null,
        updateFrequency: "REALTIME",
        "~fields": [
          {
            "@id": "/~leaderboards/BEST/~fields/POINTS-all",
            calcType: "MAX",
            collector: { "@ref": "/~runningTotals/ROUND/~collectors/POINTS-all" },
            filterType: "*",
            filterValue: null,
            sort: "DESC",
          },
        ],
      },
    ],
    "~matches": [],
    "~messages": [
      {
        "@id": "/~messages/FriendMessage",
        androidTemplate: null,
        deviceTypes: null,
        expireAfterHours: 60,
        messageTemplate: "A friend wrote",
        name: "FriendMessage",
        segmentData: null,
        sendAsPush: false,
        sendViaSocket: true,
      },
    ],
    "~properties": [
      {
        "@id": "/~properties/prices",
        description: "",
        name: "Prices",
        shortCode: "prices",
        value: { sword: 10.5, shield: [1, -2, 3e21], ключ: '\u{1F5DD} \\ " \u2028', nested: { empty: {}, none: null } },
      },
    ],
    "~propertySets": [],
    "~runningTotals": [
      {
        "@id": "/~runningTotals/ROUND",
        event: { "@ref": "/~events/ROUND" },
        groupBy: [],
        name: "Round",
        shortCode: "ROUND",
        system: true,
        team: null,
        "~collectors": [
          {
            "@id": "/~runningTotals/ROUND/~collectors/POINTS-all",
            attribute: { "@ref": "/~events/ROUND/~attributes/POINTS" },
            calcType: "MAX",
            filterType: "*",
            filterValue: null,
          },
        ],
      },
    ],
    "~scripts": [
      {
        "@id": "/~scripts/event_Add_Currency",
        lastSaved: "2019-01-02T03:04Z",
        name: "Add_Currency",
        script: "// source",
        type: "event",
      },
      {
        "@id": "/~scripts/request_AuthenticationRequest",
        lastSaved: null,
        name: "AuthenticationRequest",
        script: null,
        type: "request",
      },
    ],
    "~segmentQueries": [],
    "~segments": [],
    "~somethingNewer": [{ "@ref": "/~events/ROUND" }],
    "~teams": [],
    "~virtualGoods": [],
  };
}
