import { parentPort } from "node:worker_threads";
import type { Document } from "../store.ts";
import { join, joinValues, type Lookup, runStages } from "./pipeline-stages.ts";
import type { Call, Reply } from "./pipelines.ts";
import { asStoreError } from "./session.ts";
import { documentToText, textToDocument, textToValue, valueToText } from "./text.ts";
import type { Members } from "./values.ts";

/** The thread that carries out pipelines. Documents come and go as text. */
interface Job {
  documents: Members[];
  others: Map<string, Members[]>;
  /** How many of the documents were taken. */
  taken: number;
}

/** Documents handed back at a time. */
const PIECE = 500;

const jobs = new Map<number, Job>();

parentPort!.on("message", (call: Call) => {
  let reply: Reply;
  try {
    reply = { result: carryOut(call) };
  } catch (error) {
    const { code, message } = asStoreError(error);
    reply = { code, message };
  }
  parentPort!.postMessage(reply);
});

function carryOut({ job: id, what, texts, collection }: Call): string[] {
  const job = jobs.get(id) ?? { documents: [], others: new Map<string, Members[]>(), taken: 0 };
  jobs.set(id, job);
  switch (what) {
    case "add":
      job.documents.push(...texts.map(textToDocument));
      return [];
    case "add other":
      job.others.set(collection, [...(job.others.get(collection) ?? []), ...texts.map(textToDocument)]);
      return [];
    case "run":
      job.documents = runStages(job.documents, textToValue(texts[0]!) as Document[], job.others);
      return [];
    case "join values":
      return joinValues(job.documents, textToValue(texts[0]!) as Lookup).map(valueToText);
    case "join": {
      const lookup = textToValue(texts[0]!) as Lookup;
      job.documents = join(job.documents, lookup, job.others.get(lookup.from) ?? []);
      return [];
    }
    case "forget others":
      job.others.clear();
      return [];
    case "take": {
      const start = job.taken;
      job.taken += PIECE;
      return job.documents.slice(start, job.taken).map(documentToText);
    }
    case "end":
      jobs.delete(id);
      return [];
  }
}
