/** What all Spark classes are given before the realm is sealed. Not called once a script has run. */

type Class = { readonly name: string; readonly prototype: object };

/**
 * Gives a class a property for each getter without parameters: `getUserName()` is `userName` as well, and `isOnline()`
 * is `online`. Cloud Code's language did that for every object of the server.
 */
export function addProperties(type: Class): void {
  for (const name of Object.getOwnPropertyNames(type.prototype)) {
    const property = propertyOf(name);
    const method = Object.getOwnPropertyDescriptor(type.prototype, name)?.value as (() => unknown) | undefined;
    if (property === undefined || typeof method !== "function" || method.length > 0) continue;
    if (Object.hasOwn(type.prototype, property)) continue;
    Object.defineProperty(type.prototype, property, {
      get(this: unknown) {
        return Reflect.apply(method, this, []);
      },
      enumerable: false,
      configurable: false,
    });
  }
}

/** Gives a class a method; for members that come in numbered rows. */
export function addMethod<This>(type: Class, name: string, method: (this: This, ...args: never[]) => unknown): void {
  Object.defineProperty(method, "name", { value: name });
  Object.defineProperty(type.prototype, name, { value: method, enumerable: false, configurable: false });
}

/** Members that need what this server does not have yet: each says so when it is called. */
export function addUnsupported(type: Class, members: Readonly<Record<string, string>>): void {
  for (const [name, capability] of Object.entries(members)) {
    addMethod(type, name, () => {
      throw new TypeError(`${type.name}.${name} belongs to ${capability}, which this server does not have yet.`);
    });
  }
}

function propertyOf(method: string): string | undefined {
  const rest = /^(?:get|is)([A-Z].*)$/.exec(method)?.[1];
  // As that language did: of two capitals the first one stays, so `getWP8StoreProductId()` is `WP8StoreProductId`.
  return rest === undefined || /^[A-Z]{2}/.test(rest) ? rest : rest.charAt(0).toLowerCase() + rest.slice(1);
}
