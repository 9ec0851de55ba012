/** A URL that a network returned, if it is https and can be parsed, as `{ [name]: url }`; else `{}`. To be spread. */
export function link<N extends string>(name: N, url: string | undefined): { [K in N]?: string } {
  const isUsable = url !== undefined && url.length <= 2048 && URL.canParse(url) && new URL(url).protocol === "https:";
  return (isUsable ? { [name]: url } : {}) as { [K in N]?: string };
}
