/** Waits until each has come to its end, and throws the first failure then: none of them goes on unseen. */
export async function waitForAll(work: Iterable<Promise<unknown>>): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
}
