import ivm from "isolated-vm";

/** How frames of the sandbox's own code are named in stack traces: nothing of this machine's folders. */
const FILE = "rekindle:realm";

/**
 * The code of a realm, as it was built of its entry, compiled once for each isolate, and evaluated by the
 * thread that calls. What V8 compiled is kept for other isolates, which saves a third of the time of the first realm in
 * each. It must come from this process: V8 does not check whether it does what the text says.
 */
export class RealmCode {
  readonly #text: string;
  #compiled: ivm.ExternalCopy<ArrayBuffer> | undefined;
  /** For the isolate that had the last realm. */
  #script: ivm.Script | undefined;
  #isolate: ivm.Isolate | undefined;

  /** @param compiled what `compiled` answered elsewhere, of the same text */
  constructor(text: string, compiled?: ArrayBuffer) {
    this.#text = text;
    if (compiled) this.#compiled = new ivm.ExternalCopy(compiled);
  }

  /** Evaluates it in a context of its isolate, once. Answers the entry's exports. */
  evaluate(isolate: ivm.Isolate, context: ivm.Context): ivm.Reference<Record<string, unknown>> {
    if (!this.#script || this.#isolate !== isolate) {
      const kept = this.#compiled ? { cachedData: this.#compiled } : {};
      this.#script = isolate.compileScriptSync(this.#text, { filename: FILE, ...kept });
      this.#isolate = isolate;
    }
    return this.#script.runSync(context, { reference: true }) as ivm.Reference<Record<string, unknown>>;
  }

  /**
   * What V8 compiled of it, for other isolates. To be called when the isolate has its first realm, so that the functions
   * are part of it that a realm calls at its start, and before any script.
   */
  compiled(isolate: ivm.Isolate): ArrayBuffer | undefined {
    if (!this.#compiled) {
      const script = isolate.compileScriptSync(this.#text, { filename: FILE, produceCachedData: true });
      // The types leave it out.
      this.#compiled = (script as { cachedData?: ivm.ExternalCopy<ArrayBuffer> }).cachedData;
      script.release();
    }
    return this.#compiled?.copy();
  }
}
