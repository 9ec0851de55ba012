/**
 * Node's `http`. An `import` of it reads all of its members, among them `WebSocket`, for which Node then loads its HTTP
 * client: 40 ms of each start.
 */
export const http = process.getBuiltinModule("node:http");
