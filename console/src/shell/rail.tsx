import type { Page } from "../pages.ts";
import { hrefOf } from "../state/router.ts";
import { Icon } from "../ui/icon.tsx";

/** The pages, in words; only icons on a phone, at the bottom. */
export function Rail({ pages, current }: { pages: readonly Page[]; current: string }) {
  return (
    <nav class="rail" aria-label="Pages">
      {pages.map(({ name, title, icon }) => (
        <a key={name} href={hrefOf(name)} aria-current={name === current ? "page" : undefined} title={title}>
          <Icon name={icon} />
          <span>{title}</span>
        </a>
      ))}
    </nav>
  );
}
