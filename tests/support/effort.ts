/**
 * How many milliseconds of the processor this takes, whatever else the machine does meanwhile. For what must not grow
 * with the square of what somebody sends: the clock on the wall tells as much about the neighbours.
 */
export async function effort(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
