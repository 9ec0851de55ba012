import { Type } from "@sinclair/typebox";
import { isSwitchedOff, switchOff } from "../../domains/social/index.ts";
import { defineOperation, type OperationContext } from "./operation.ts";

const none = Type.Object({});

export const switchOperations = [
  defineOperation({
    name: "switch off",
    summary: "Stops all keys of the stage: they get 503 with scope global.",
    work: "write",
    role: "admin",
    arguments: none,
    run: (context) => change(context, true),
  }),
  defineOperation({
    name: "switch on",
    summary: "Resumes the keys of the stage.",
    work: "write",
    role: "admin",
    arguments: none,
    run: (context) => change(context, false),
  }),
  defineOperation({
    name: "switch show",
    summary: "Shows whether the keys of the stage are stopped.",
    work: "read",
    role: "read",
    arguments: none,
    run: async ({ documents }) => shown(await isSwitchedOff(documents)),
  }),
];

async function change({ documents, by, now }: OperationContext, off: boolean): Promise<object> {
  if ((await isSwitchedOff(documents)) !== off) await switchOff(documents, off, { by, now });
  return shown(off);
}

const shown = (off: boolean) => ({ keys: off ? "off" : "on" });
