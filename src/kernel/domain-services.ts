import type { Domain, DomainService } from "./domain.ts";
import type { Kernel } from "./kernel.ts";
import type { ServiceClass } from "./service.ts";

/** The services of a server's domains, each created on first use. */
export class DomainServices {
  readonly #kernel: Kernel;
  readonly #domains: readonly Domain[];
  readonly #made = new Map<ServiceClass, object>();
  readonly #making = new Set<string>();

  constructor(kernel: Kernel, domains: readonly Domain[]) {
    this.#kernel = kernel;
    this.#domains = domains;
  }

  of<S extends object>(wanted: ServiceClass<S>): S {
    return (this.#made.get(wanted) ?? this.#make(wanted)) as S;
  }

  all(): DomainService[] {
    return this.#domains.flatMap(({ service }) => (service ? [this.of(service.class) as DomainService] : []));
  }

  #make(wanted: ServiceClass): object {
    const domain = this.#domains.find(({ service }) => service?.class === wanted);
    if (!domain?.service) throw new Error(`No domain has the service ${wanted.name}.`);
    const { name, service } = domain;
    if (this.#making.has(name)) {
      const circle = [...this.#making, name].join(" → ");
      throw new Error(`Circular dependency between domains: ${circle}. Look up the service in a method instead.`);
    }
    this.#making.add(name);
    try {
      const made = service.make(this.#kernel);
      this.#made.set(wanted, made);
      return made;
    } finally {
      this.#making.delete(name);
    }
  }
}
