/** Waits until every promise has settled, then throws the first failure. */
export async function waitForAll(work: Iterable<Promise<unknown>>): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
}
