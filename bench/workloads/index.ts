import type { Workload } from "../support/workload.ts";
import { connect } from "./connect.ts";
import { accountDetails } from "./details.ts";
import { disconnect } from "./disconnect.ts";
import { doors } from "./doors.ts";
import { idle } from "./idle.ts";
import { login } from "./login.ts";
import { neighbours } from "./neighbours.ts";
import { newPlayers } from "./new-players.ts";
import { manyPosts, posts } from "./posts.ts";
import { scriptEmpty } from "./script-empty.ts";
import { scriptIncludes } from "./script-includes.ts";
import { scriptStore } from "./script-store.ts";
import { smallest } from "./smallest.ts";
import { startup } from "./startup.ts";

export const workloads: readonly Workload[] = [
  smallest,
  accountDetails,
  login,
  newPlayers,
  connect,
  disconnect,
  doors,
  idle,
  startup,
  scriptEmpty,
  scriptStore,
  scriptIncludes,
  neighbours,
  posts,
  manyPosts,
];
