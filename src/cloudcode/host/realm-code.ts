import ivm from "isolated-vm";

/** File name of the sandbox's own code in stack traces; reveals no path of this machine. */
const FILE = "rekindle:realm";

/**
 * The realm code, compiled once per isolate. V8's compiled code is shared between isolates, which saves a third of the
 * time of a first realm. It must come from this process, since V8 does not verify it.
 */
export class RealmCode {
  readonly #text: string;
  #compiled: ivm.ExternalCopy<ArrayBuffer> | undefined;
  #script: ivm.Script | undefined;
  #isolate: ivm.Isolate | undefined;

  /** @param compiled a result of `compiled` for the same text */
  constructor(text: string, compiled?: ArrayBuffer) {
    this.#text = text;
    if (compiled) this.#compiled = new ivm.ExternalCopy(compiled);
  }

  /** Evaluates the code in a context of the isolate and returns the entry's exports. */
  evaluate(isolate: ivm.Isolate, context: ivm.Context): ivm.Reference<Record<string, unknown>> {
    if (!this.#script || this.#isolate !== isolate) {
      const kept = this.#compiled ? { cachedData: this.#compiled } : {};
      this.#script = isolate.compileScriptSync(this.#text, { filename: FILE, ...kept });
      this.#isolate = isolate;
    }
    return this.#script.runSync(context, { reference: true }) as ivm.Reference<Record<string, unknown>>;
  }

  /**
   * V8's compiled code for other isolates. Call it after the first realm, to include start-up, and before any script.
   */
  compiled(isolate: ivm.Isolate): ArrayBuffer | undefined {
    if (!this.#compiled) {
      const script = isolate.compileScriptSync(this.#text, { filename: FILE, produceCachedData: true });
      // Missing from isolated-vm's types.
      this.#compiled = (script as { cachedData?: ivm.ExternalCopy<ArrayBuffer> }).cachedData;
      script.release();
    }
    return this.#compiled?.copy();
  }
}
