import { defineDomain } from "../../kernel/domain.ts";
import { Messages } from "../messages/index.ts";
import { challengeCalls } from "./calls.ts";
import { NEWEST_FIRST } from "./document.ts";
import { DueChallenges } from "./due.ts";
import { challengeMessages } from "./messages/index.ts";

/** Challenges: issuing, joining and playing them, in turns or attempts, until a script or the clock ends them. */
export const challengesDomain = defineDomain({
  name: "challenges",
  collections: [
    {
      name: "challengeInstance",
      indexes: [
        [{ due: 1 }, { sparse: true }],
        [{ players: 1, ...NEWEST_FIRST }],
        [{ joinable: 1, accessType: 1, ...NEWEST_FIRST }],
        [{ challenger: 1, ...NEWEST_FIRST }],
      ],
    },
  ],
  messages: challengeMessages,
  calls: challengeCalls,
  service: {
    class: DueChallenges,
    make: ({ clock, service }) => new DueChallenges({ clock, messages: service(Messages) }),
  },
});

export { challengeOf, changeChallenge, invalid } from "./change.ts";
export { createChallenge } from "./create.ts";
export { ACCESS_TYPES, type AccessType, type ChallengeDocument, challengesIn } from "./document.ts";
export { claimedSegments, criteriaOf } from "./eligibility.ts";
export { ChallengeFields, EXAMPLE_CHALLENGE } from "./fields.ts";
export { listChallenges, searchChallenges } from "./lists.ts";
export { lockOf } from "./lock.ts";
export { takeTurn } from "./progress.ts";
export {
  createRefusals,
  criteriaRefusals,
  joinRefusals,
  notInvolved,
  refusals as challengeRefusals,
  wagerRefusals,
} from "./refusals.ts";
export { accept, chat, decline, join, withdraw } from "./reply.ts";
export { begin, dueState, turnsOf, whyNoTurn } from "./rules.ts";
export type { ChallengeInput } from "./script-input.ts";
export type { ChallengeWork } from "./step.ts";
export { namesIn, viewOf } from "./view.ts";
