import { Resolver } from 'node:dns/promises';

const TIMEOUT_MS = 2000;

/**
 * The name that the address's own network gives it, undefined when there is none within two seconds.
 * Asks the name servers of the machine, or those given (`127.0.0.1:5300`).
 */
export async function hostNameOf(address: string, servers?: readonly string[]): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  // with several name servers each would get its own time
  const stop = setTimeout(() => resolver.cancel(), TIMEOUT_MS);
  try {
    const [name] = await resolver.reverse(address);
    return name;
  } catch {
    return undefined;
  } finally {
    clearTimeout(stop);
  }
}
