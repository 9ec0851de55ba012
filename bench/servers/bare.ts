import type { AddressInfo } from "node:net";
import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { WebSocketServer } from "ws";
import { serve } from "../support/program.ts";

/**
 * What the server is compared with: `ws` alone. It parses each frame, checks it by one schema and answers a JSON object
 * that carries the requestId back: a small one, or the one that the command `answer` sets.
 */
const Request = TypeCompiler.Compile(Type.Object({ "@class": Type.String(), requestId: Type.Optional(Type.String()) }));
let answer: Record<string, unknown> = { "@class": ".EndSessionResponse", sessionDuration: 0 };

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, clientTracking: false });
server.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data) => {
    const request: unknown = JSON.parse(data.toString());
    if (!Request.Check(request)) socket.close(1002);
    else socket.send(JSON.stringify({ ...answer, requestId: request.requestId }));
  });
});
server.on("listening", () => {
  const { port } = server.address() as AddressInfo;
  serve({
    url: () => `ws://127.0.0.1:${port}/`,
    answer: (frame: Record<string, unknown>) => {
      answer = frame;
    },
  });
});
