import { catalogue, field } from "../../errors.ts";

export const refusals = catalogue({
  JOIN: {
    NOT_FRIEND: ["Only friends of its challenger can join this challenge.", "Become friends first."],
    "Must be a PUBLIC|FRIENDS challenge to join": [
      "Only invited players can play this challenge.",
      "Send AcceptChallengeRequest if the player is invited.",
    ],
  },
  autoStartJoinedChallengeOnMaxPlayers: {
    "MaxPlayers Required": ["A challenge that starts at maxPlayers needs maxPlayers.", "Send it."],
  },
  challengeInstanceId: {
    NOT_YOUR_TURN: ["The event takes a turn, and it is another player's.", "Wait for the player's turn."],
    NO_ATTEMPTS_LEFT: ["The event takes an attempt, and the player has none left.", "Send no more of them."],
    BUSY: ["Scripts have kept the challenge locked for ten seconds.", "Send it again."],
  },
  eligibility: {
    missingSegments: ["The challenge is for players who have these segments.", "Set them on the player."],
    invalidSegments: [
      "The player's segments, `actual`, are not those that the challenge is for, `required`.",
      "Find a challenge that the player may join.",
    ],
  },
  currency1Wager: {
    INSUFFICIENT_FUNDS: ["The player owns less of the currency than the wager.", "Get more of it first."],
  },
});

/** Of one currency, by its short code. */
export const insufficientFunds = (code: string) => ({
  ...refusals.currency1Wager.INSUFFICIENT_FUNDS,
  key: `${code}Wager`,
});

/** Of `stake`. */
export const wagerRefusals = [{ ...insufficientFunds("currency1"), keys: /^.+Wager$/ }];

/** Of `challengeOf` and of every step of a challenge. */
export const notInvolved = field(
  "challengeInstanceId",
  "INVALID",
  "The player is not involved in a challenge of that id, or the challenge's state does not allow this.",
  "Get the challenge for its state.",
);

/** Of `criteriaOf` and `claimedSegments`, which refuse a member of the field by its name. */
export const criteriaRefusals = <const Key extends string>(key: Key) => [
  field(key, "UNRECOGNISED", "It has a member other than segments."),
  field(key, "MALFORMED", "A segment is not of the form {type: value}."),
];

/** Of `join`. */
export const joinRefusals = [
  field("challengeInstanceId", "UNKNOWN", "There is no challenge of that id."),
  refusals.JOIN["Must be a PUBLIC|FRIENDS challenge to join"],
  refusals.JOIN.NOT_FRIEND,
  refusals.eligibility.missingSegments,
  refusals.eligibility.invalidSegments,
  ...wagerRefusals,
];

/** Of `createChallenge`. */
export const createRefusals = [
  field("usersToChallenge", "INVALID", "None of the invited players exists.", "Send ids of players."),
  field("usersToChallenge", "TOO_MANY", "More than 199 players are invited."),
  field("endTime", "REQUIRED", "This kind of challenge needs a time when it ends at the latest."),
  field("endTime", "INVALID", "It is not a time, or it has passed.", "Send yyyy-MM-dd'T'HH:mm'Z'."),
  field("startTime", "INVALID", "It is not a time, or it is after endTime.", "Send yyyy-MM-dd'T'HH:mm'Z'."),
  field("expiryTime", "INVALID", "It is not a time, has passed, or is after endTime.", "Send yyyy-MM-dd'T'HH:mm'Z'."),
  ...wagerRefusals,
];
