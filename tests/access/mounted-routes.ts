import type { Server } from 'node:http';

/** The parts of Express' router (package `router`, version 2) that say what is mounted where. */
interface Layer {
  rawPath?: unknown;
  slash: boolean;
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/**
 * Every route of the running application as `GET /:system/entry`, read from Express' own list, so that a
 * route that somebody adds cannot be forgotten. Throws where a router hangs at a place that cannot be named.
 */
export function mountedRoutes(server: Server): string[] {
  const [app] = server.listeners('request') as unknown as { router: { stack: Layer[] } }[];
  if (app === undefined) throw new Error('The server has no application');
  return routesOf(app.router.stack, '').sort();
}

function routesOf(layers: readonly Layer[], prefix: string): string[] {
  return layers.flatMap((layer) => {
    if (layer.route !== undefined) return named(layer.route, prefix);
    if (layer.handle.stack === undefined) return [];
    if (layer.slash) return routesOf(layer.handle.stack, prefix);
    if (typeof layer.rawPath !== 'string')
      throw new Error(`A router below ${prefix || '/'} has no plain path`);
    return routesOf(layer.handle.stack, prefix + layer.rawPath);
  });
}

function named({ path, methods }: NonNullable<Layer['route']>, prefix: string): string[] {
  return [path].flat().flatMap((one) => {
    const whole = one === '/' && prefix !== '' ? prefix : prefix + one;
    return Object.keys(methods).map((method) => `${method.toUpperCase()} ${whole}`);
  });
}
