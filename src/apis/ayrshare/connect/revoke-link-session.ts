import { Type } from "@sinclair/typebox";
import { findSession, revokeSession } from "../../../domains/connecting/index.ts";
import { defineRoute } from "../../route.ts";
import { refusal } from "../errors.ts";
import { SESSION_CODES } from "./link-session.ts";

export const revokeLinkSession = defineRoute({
  name: "revokeLinkSession",
  method: "DELETE",
  path: "/api/profiles/link-sessions/:sessionId",
  summary:
    "Withdraws a link session, also for browsers that have it open and sign-ins that are under way. Connected accounts stay.",
  scope: "social:write",
  work: "write",
  params: Type.Object({ sessionId: Type.String({ maxLength: 100, description: "As createLinkSession returned it." }) }),
  response: Type.Object({
    status: Type.String({ description: "`success`." }),
    sessionId: Type.String({ description: "As sent." }),
  }),
  errors: [
    { status: 400, code: SESSION_CODES.REVOKED, meaning: "The session was withdrawn already." },
    {
      status: 400,
      code: SESSION_CODES.UNKNOWN,
      meaning: "The project has no such session, or it ended more than a day ago.",
    },
    { status: 400, code: SESSION_CODES.EXPIRED, meaning: "The session has expired." },
  ],
  examples: [
    {
      title: "Withdraw a session",
      params: { sessionId: "ls_8f3k1m9q2x7c5v4b6n0z1a2s" },
      status: 200,
      response: { status: "success", sessionId: "ls_8f3k1m9q2x7c5v4b6n0z1a2s" },
    },
  ],
  async handle({ documents, key, now }, { params: { sessionId } }) {
    const session = await findSession(documents, sessionId);
    if (session?.projectId !== key.projectId || session.api !== "ayrshare") {
      throw refusal(SESSION_CODES.UNKNOWN, "There is no such link session.");
    }
    if (session.revokedAt) throw refusal(SESSION_CODES.REVOKED, "The link session was withdrawn already.");
    if (!(await revokeSession(documents, session, now))) {
      throw refusal(SESSION_CODES.EXPIRED, "The link session has expired.");
    }
    return { body: { status: "success", sessionId } };
  },
});
