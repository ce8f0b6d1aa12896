import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

/** One request of one connection; `done` is told the answer before the next one is asked for. */
export interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  expect: number;
  done?(): void;
}

/** One keep-alive connection: who it is, and what it asks next; null = it has nothing left. */
export interface Connection {
  cookie: string;
  next(): Call | null;
}

export interface LoadResult {
  requests: number;
  perSecond: number;
  /** Latencies in milliseconds. */
  median: number;
  p99: number;
}

/**
 * Lets every connection send one request after the other for so long. A request that has begun is finished: a
 * save that the server commits is also counted here, and the next form carries the right versions. Throws at
 * the first answer that is not the expected one.
 */
export async function runLoad(
  origin: string,
  connections: Connection[],
  seconds: number,
): Promise<LoadResult> {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const latencies: number[] = [];
  await Promise.all(connections.map((connection) => callUntil(end, origin, connection, latencies)));
  const elapsed = (performance.now() - begin) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    perSecond: latencies.length / elapsed,
    median: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

async function callUntil(
  end: number,
  origin: string,
  connection: Connection,
  latencies: number[],
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (let at = performance.now(); at < end; ) {
      const call = connection.next();
      if (call === null) return;
      const answer = await send(origin, { ...call, cookie: connection.cookie, agent, keepBody: false });
      if (answer.status !== call.expect) {
        throw new Error(`${call.method} ${call.path} answered ${answer.status} instead of ${call.expect}`);
      }
      call.done?.();
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  } finally {
    agent.destroy();
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Empty unless the body was to be kept. */
  body: Buffer;
}

export interface Sending {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  cookie?: string;
  agent?: Agent;
  keepBody?: boolean;
  headers?: OutgoingHttpHeaders;
}

/** Sends one request and reads its answer to the end, as it comes over the line. */
export function send(
  origin: string,
  { method, path, body, cookie, agent, keepBody = true, headers }: Sending,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const form =
      body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    const options = {
      method,
      agent,
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...form, ...headers },
    };
    const sent = request(origin + path, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => keepBody && chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Signs in through the login page; answers the session's cookie. */
export async function signIn(
  origin: string,
  system: string,
  username: string,
  password: string,
): Promise<string> {
  const body = new URLSearchParams({ username, password }).toString();
  const { status, headers } = await send(origin, { method: 'POST', path: `/${system}/login`, body });
  const cookie = headers['set-cookie']?.find((line) => line.startsWith('sid='))?.split(';')[0];
  if (status !== 303 || cookie === undefined)
    throw new Error(`${username} could not sign in to ${system}: ${status}`);
  return cookie;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
