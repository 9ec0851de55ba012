/** 16 × 16, drawn with the text's colour. */
const PATHS = {
  play: "M4 3l9 5-9 5z",
  players: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 14c0-3 3-4.5 6-4.5s6 1.5 6 4.5",
  scripts: "M5 4L1.5 8 5 12M11 4l3.5 4L11 12M9 3L7 13",
  data: "M2 4c0-2 12-2 12 0s-12 2-12 0v8c0 2 12 2 12 0V4M2 8c0 2 12 2 12 0",
  accounts: "M6.5 9.5l3-3M7 4.5l1-1a3.2 3.2 0 0 1 4.5 4.5l-1 1M9 11.5l-1 1A3.2 3.2 0 0 1 3.5 8l1-1",
  posts: "M14 2L7 9M14 2L9.5 14 7 9 2 6.5z",
  config: "M2 4h7M13 4h1M2 12h1M7 12h7M11 2v4M5 10v4",
  logs: "M2 3h12M2 6.5h8M2 10h12M2 13.5h6",
  metrics: "M2 14V2M2 14h12M4.5 11l3-4 2.5 2L14 4",
  admin: "M8 1.5l5.5 2v4c0 3.3-2.2 5.6-5.5 7-3.3-1.4-5.5-3.7-5.5-7v-4z",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.5 10.5L14 14",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  plus: "M8 3v10M3 8h10",
  right: "M6 3l5 5-5 5",
  check: "M3 8.5l3.5 3.5L13 4.5",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
