import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import { type AdminFile, readAdminFile } from "../apis/admin/file.ts";
import { OperationRefused, perform } from "../apis/admin/operation.ts";
import type { Issue } from "../apis/problem.ts";
import { ProblemError } from "../apis/problem.ts";
import { systemClock } from "../clock.ts";
import { settingsOf } from "../config.ts";
import { accountsDomain, accountsSettings, createPasswords, LinkTokens } from "../domains/accounts/index.ts";
import { adminsDomain } from "../domains/admins/index.ts";
import { auditDomain } from "../domains/audit/index.ts";
import { prepareGameTenant, socialDomain } from "../domains/social/index.ts";
import { fileProblem, isFileError } from "../files.ts";
import type { Stage } from "../game/game.ts";
import { loadGame } from "../game/load.ts";
import { prepareCollections } from "../kernel/domain.ts";
import { createLog } from "../kernel/log.ts";
import type { Settings } from "../settings-schema.ts";
import { StoreError } from "../store/errors.ts";
import { prepareGuards } from "../store/guard.ts";
import { openStore, stageExists } from "../store/open.ts";
import type { AdminCommand } from "./admin-arguments.ts";

const TIMEOUT_MS = 30_000;
/** A server that starts or stops has the file, and takes no commands. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 200;

/**
 * Performs the operation: in the running server that has the data folder; in this process if there is none, or on
 * MongoDB, which several processes may use.
 * @throws OperationRefused, SocialRefused, ProblemError, StoreError, GameError
 */
export async function performOperation(command: AdminCommand, config: Settings): Promise<object> {
  if (config.mongodbUrl !== "") return performHere(command, config);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const file = await adminFileIn(config.data);
    const result = file && (await performThere(command, file));
    if (result) return result;
    try {
      return await performHere(command, config);
    } catch (error) {
      if (!(error instanceof StoreError) || error.details["isInUse"] !== true) throw error;
      if (performance.now() > until) {
        const message = `A server has the data folder ${config.data} and takes no commands. Stop it, or try again.`;
        throw new OperationRefused(message, { cause: error });
      }
    }
    await wait(RETRY_MS);
  }
}

async function adminFileIn(folder: string): Promise<AdminFile | undefined> {
  try {
    return await readAdminFile(folder);
  } catch (error) {
    if (!isFileError(error)) throw error;
    const cure = "Run the command as the server's user.";
    throw new OperationRefused(`admin.json in the data folder ${folder} ${fileProblem(error)}. ${cure}`);
  }
}

interface AdminReply {
  data?: object;
  error?: { code: string; message: string; issues?: Issue[] };
}

/** Undefined if the server has ended, or is another one that listens there now. */
async function performThere({ operation, arguments: args, stage }: AdminCommand, { url, token }: AdminFile) {
  // An agent of its own: the token must not be sent to a proxy of the environment.
  const dispatcher = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  try {
    const { statusCode, body } = await request(`${url}/admin/${operation.name.replace(" ", "/")}`, {
      dispatcher,
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...(stage !== undefined && { stage }), arguments: args }),
    });
    const { data, error } = parseReply(await body.text());
    if (data && statusCode === 200) return data;
    if (error?.issues) throw new ProblemError({ kind: "invalid", part: "body", issues: error.issues });
    if (!error || error.code === "UNAUTHENTICATED" || error.code === "STOPPING") return undefined;
    throw new OperationRefused(error.message);
  } catch (error) {
    if (error instanceof OperationRefused || error instanceof ProblemError) throw error;
    // Nothing listens there now, or something that does not speak HTTP.
    if (/^(ECONNREFUSED|HPE_)/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    const message = `The server did not respond. Whether it did it shows "rekindle audit".`;
    throw new OperationRefused(message, { cause: error });
  } finally {
    await dispatcher.destroy();
  }
}

function parseReply(text: string): AdminReply {
  try {
    const reply: unknown = JSON.parse(text);
    return typeof reply === "object" && reply !== null ? (reply as AdminReply) : {};
  } catch {
    return {};
  }
}

async function performHere(
  { operation, arguments: args, stage = undefined }: AdminCommand,
  config: Settings,
): Promise<object> {
  const on: Stage = operation.on === "default" ? config.defaultStage : (stage ?? config.defaultStage);
  if (!stageExists(config, on)) {
    const cure = `Start the server once, or set --data to its data folder.`;
    throw new OperationRefused(`The data folder ${config.data} has no data of the stage ${on}. ${cure}`);
  }
  const store = await openStore(config, on);
  try {
    await prepareGuards(store);
    for (const domain of [auditDomain, accountsDomain, adminsDomain, socialDomain])
      await prepareCollections(domain, store);
    const now = systemClock.now();
    const name = config.game === "" ? "Game" : (await loadGame(config.game)).name;
    await prepareGameTenant(store, name, now);
    const { passwordHashesAtOnce: atOnce, passwordHashesQueued: queued } = settingsOf(config, accountsSettings);
    const tokens = new LinkTokens({ config, log: createLog({ ...config, logLevel: "silent" }) });
    return await perform(operation, args, {
      ...{ store, stage: on, now, role: "admin", server: undefined },
      by: { door: "command line" },
      passwords: createPasswords({ atOnce, queued }),
      seal: (text, purpose) => tokens.sealText(text, purpose),
    });
  } finally {
    await store.close();
  }
}
