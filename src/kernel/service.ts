/** The class of a domain's service. Others ask for the service by it: `kernel.service(Messages)`. */
export type ServiceClass<S extends object = object> = abstract new (...args: never[]) => S;

/** Returns the service of a domain, which is made when it is first asked for. */
export type GetService = <S extends object>(of: ServiceClass<S>) => S;
