/**
 * Lets the floor and the subject take turns, the floor first, and answers what each measured. A first round of each
 * warms up and is thrown away.
 */
export async function alternate<R>(
  rounds: number,
  floor: () => Promise<R>,
  subject: () => Promise<R>,
): Promise<{ floor: R[]; subject: R[] }> {
  const results: { floor: R[]; subject: R[] } = { floor: [], subject: [] };
  for (let round = 0; round <= rounds; round++) {
    const pair = { floor: await floor(), subject: await subject() };
    if (round === 0) continue;
    results.floor.push(pair.floor);
    results.subject.push(pair.subject);
  }
  return results;
}
