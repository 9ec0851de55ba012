import type { FastifyReply } from "fastify";
import type { Issue } from "../problem.ts";

export function refuse(
  reply: FastifyReply,
  status: number,
  error: {
    code: string;
    message: string;
    issues?: readonly Issue[];
    retryAfterSeconds?: number | undefined;
    errorId?: string;
  },
): FastifyReply {
  if (error.retryAfterSeconds !== undefined) reply.header("retry-after", error.retryAfterSeconds);
  return reply.code(status).send({ error });
}
