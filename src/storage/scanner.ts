import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

const DEFAULT_PORT = 3310;
const PATIENCE_MS = 60_000;
const MAX_REPLY_BYTES = 4096;
const LENGTH_BYTES = 4;

export type Verdict = { infected: false } | { infected: true; name: string };

/** The scanner gave no verdict: it is away, too slow, or refused to look. */
export class ScannerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ScannerError';
  }
}

/**
 * Hands a file to clamd over its INSTREAM command: pieces with their length before them, an empty one at the end.
 * `url` is tcp://host:port. Throws a ScannerError where there is no clear answer in time.
 */
export async function scan(url: string, file: Readable, patienceMs = PATIENCE_MS): Promise<Verdict> {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORT : Number(port),
    signal: AbortSignal.timeout(patienceMs),
  });
  try {
    const reply = replyOf(socket);
    // the reply may come before the end of the file, and may be that the scanner has had enough
    const sent = sendFile(socket, file).then(() => reply);
    return verdictOf(await Promise.race([reply, sent]));
  } catch (error) {
    throw error instanceof ScannerError ? error : new ScannerError(`no answer from ${url}`, error);
  } finally {
    socket.destroy();
    file.destroy();
  }
}

async function sendFile(socket: Socket, file: Readable): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const piece of file) {
    const bytes: Buffer = piece;
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    await write(socket, Buffer.concat([length, bytes]));
  }
  await write(socket, Buffer.alloc(LENGTH_BYTES));
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed) throw new ScannerError('the connection was closed');
  if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

/** Everything up to the zero byte, or up to the end of the connection. */
async function replyOf(socket: Socket): Promise<string> {
  let reply = '';
  for await (const piece of socket) {
    reply += String(piece);
    if (reply.includes('\0') || reply.length > MAX_REPLY_BYTES) break;
  }
  return reply.replace(/\0[\s\S]*$/, '').trim();
}

function verdictOf(reply: string): Verdict {
  if (/^stream: OK$/.test(reply)) return { infected: false };
  const name = /^stream: (.+) FOUND$/.exec(reply)?.[1];
  if (name !== undefined) return { infected: true, name };
  throw new ScannerError(reply === '' ? 'the connection was closed' : `the scanner said: ${reply}`);
}
