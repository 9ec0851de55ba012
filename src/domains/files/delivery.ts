import { settingsOf } from "../../config.ts";
import { fileProblem, isFileError } from "../../files.ts";
import { type Claim, LeaseLost } from "../../jobs/claim.ts";
import type { JobEnd } from "../../jobs/kind.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ScriptResult } from "../../kernel/scripts/result.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import { type FoundFile, NoFolder, type Outcome } from "./folder.ts";
import type { DeliveryJob } from "./job.ts";
import type { Place } from "./place.ts";
import { filesSettings } from "./settings.ts";
import { addDelivered, deleteOldDelivered, type Upload } from "./uploads.ts";

export const RETRY_MS = 5_000;
/** Attempts interrupted by the end of their server, after which the file has failed. */
export const MAX_ATTEMPTS = 5;
const MAX_REASON_CHARS = 1_000;

type Ending = { outcome: Outcome; reason?: string };

export async function deliver(kernel: Kernel, place: Place, claim: Claim<DeliveryJob>): Promise<JobEnd> {
  const file = place.complete.get(claim.document._id);
  if (!file) return "unavailable";
  try {
    const { outcome } = claim.document;
    const ending = outcome ? { outcome } : await runScript(kernel, claim, place, file);
    if (ending === "unavailable") return ending;
    if (ending !== "gone" && !(await move(kernel, place, file, ending))) return "unavailable";
    await claim.finish();
    return "settled";
  } catch (err) {
    if (err instanceof LeaseLost) throw err;
    const { stage } = place;
    kernel.log.error({ err, stage, file: file.name }, "a delivered file could not be processed; it will be retried");
    return "unavailable";
  }
}

/** Moves the file to `failed`, or by its recorded outcome if the script has completed. */
export async function giveUp(kernel: Kernel, place: Place, claim: Claim<DeliveryJob>): Promise<void> {
  const file = place.complete.get(claim.document._id);
  const { outcome } = claim.document;
  const reason = `servers ended ${MAX_ATTEMPTS} times while the script was running`;
  const ending: Ending = outcome ? { outcome } : { outcome: "failed", reason };
  if (file && (await move(kernel, place, file, ending))) return claim.finish();
  await claim.reschedule(new Date(kernel.clock.now() + RETRY_MS), { $set: { outcome: ending.outcome } });
}

async function runScript(
  kernel: Kernel,
  claim: Claim<DeliveryJob>,
  { stage, folder }: Place,
  file: FoundFile,
): Promise<Ending | "gone" | "unavailable"> {
  const { config, scripts } = kernel;
  const { deliveryFileBytes } = settingsOf(config, filesSettings);
  if (file.size > deliveryFileBytes)
    return { outcome: "failed", reason: `it is larger than ${deliveryFileBytes} bytes` };
  const bytes = await folder.read(file);
  if (!bytes) return "gone";
  const { text, encoding } = textOf(bytes);
  const uploadId = claim.document.uploadId ?? (await upload(kernel, claim, { fileName: file.name, text }));
  const uploadData = { fileName: file.name, size: file.size, ...(encoding && { encoding }) };
  let ending: Ending | "unavailable" = "unavailable";
  await scripts.run({
    kind: "system",
    ...{ name: SYSTEM_SCRIPTS.fileDelivered, stage },
    data: { uploadId, uploadData },
    alongside: async (tx, result) => {
      ending = endingOf(kernel, result);
      if (ending !== "unavailable") await claim.progress({ $set: { outcome: ending.outcome } }, tx);
    },
  });
  return ending;
}

/** Stores the content as an uploaded file, for this attempt and later ones. */
async function upload(kernel: Kernel, claim: Claim<DeliveryJob>, content: Upload): Promise<string> {
  const { config, clock } = kernel;
  const uploadId = await claim.store.transaction(async (tx) => {
    const id = await addDelivered(tx, content, clock.now());
    await claim.progress({ $set: { uploadId: id } }, tx);
    return id;
  });
  claim.document = { ...claim.document, uploadId, attempts: 1, freeAttempts: 0 };
  await deleteOldDelivered(claim.store, settingsOf(config, filesSettings).deliveriesKept);
  return uploadId;
}

/** "unavailable": no script host was free, or the server is stopping. A script error also makes the file fail. */
function endingOf(kernel: Kernel, { failure, scriptErrors }: ScriptResult): Ending | "unavailable" {
  if (failure && (failure.kind === "unavailable" || kernel.jobs.closing)) return "unavailable";
  if (failure) return { outcome: "failed", reason: failure.message };
  if (Object.keys(scriptErrors).length === 0) return { outcome: "processed" };
  return { outcome: "failed", reason: JSON.stringify(scriptErrors).slice(0, MAX_REASON_CHARS) };
}

/** Returns false if the move must be retried. */
async function move(
  kernel: Kernel,
  { stage, folder }: Place,
  file: FoundFile,
  { outcome, reason }: Ending,
): Promise<boolean> {
  const { clock, log } = kernel;
  let movedTo: string | undefined;
  try {
    movedTo = await folder.move(file, outcome, clock.now());
  } catch (error) {
    if (!isFileError(error) && !(error instanceof NoFolder)) throw error;
    const why = isFileError(error) ? fileProblem(error) : error.message;
    log.error(
      { stage, file: file.name, outcome, reason, why },
      "a delivered file could not be moved; it will be retried",
    );
    return false;
  }
  const about = { stage, file: file.name, bytes: file.size, movedTo };
  if (outcome === "failed") log.error({ ...about, reason }, "a delivered file failed");
  else log.info(about, "a delivered file was processed");
  return true;
}

/** The content as scripts get it: text if it is valid UTF-8, otherwise base64. */
function textOf(bytes: Buffer): { text: string; encoding?: "base64" } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: bytes.toString("base64"), encoding: "base64" };
  }
}
