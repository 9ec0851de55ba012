/** The class of a domain's service, used as the key to look it up: `kernel.service(Messages)`. */
export type ServiceClass<S extends object = object> = abstract new (...args: never[]) => S;

/** Returns a domain's service, creating it on first use. */
export type GetService = <S extends object>(of: ServiceClass<S>) => S;
