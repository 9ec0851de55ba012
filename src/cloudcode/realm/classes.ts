/** Set-up of Spark classes, before the realm is sealed and any script is run. */

type Class = { readonly name: string; readonly prototype: object };

/** Adds a property for each getter without parameters, as Rhino did: `userName` for `getUserName()`. */
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

/** Adds a method; for numbered members. */
export function addMethod<This>(type: Class, name: string, method: (this: This, ...args: never[]) => unknown): void {
  Object.defineProperty(method, "name", { value: name });
  Object.defineProperty(type.prototype, name, { value: method, enumerable: false, configurable: false });
}

/** Adds members that throw, since they need an unsupported capability. */
export function addUnsupported(type: Class, members: Readonly<Record<string, string>>): void {
  for (const [name, capability] of Object.entries(members)) {
    addMethod(type, name, () => {
      throw new TypeError(`${type.name}.${name} is not supported yet: this server has no ${capability}.`);
    });
  }
}

function propertyOf(method: string): string | undefined {
  const rest = /^(?:get|is)([A-Z].*)$/.exec(method)?.[1];
  // Of two capitals the first stays, as in Rhino: `getWP8StoreProductId()` is `WP8StoreProductId`.
  return rest === undefined || /^[A-Z]{2}/.test(rest) ? rest : rest.charAt(0).toLowerCase() + rest.slice(1);
}
