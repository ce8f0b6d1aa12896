import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** The text by which every scanner shows that it works; harmless. Put together here, so that none finds this file. */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

export interface TestScanner {
  /** For CLAMD_URL. */
  url: string;
  /** Whole files, as they arrived. */
  scanned: Buffer[];
  stop(): Promise<void>;
}

export interface ScannerOptions {
  port?: number;
  /** More than so many bytes are refused, in the middle, as clamd does. */
  maxBytes?: number;
  /** Says this whatever it reads; '' hangs up without a word, undefined is silent for ever. */
  answer?: { text: string | undefined };
}

/** Speaks clamd's INSTREAM as a server: finds EICAR, and nothing else. */
export async function startScanner(options: ScannerOptions = {}): Promise<TestScanner> {
  const scanned: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket, options, scanned).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    scanned,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const COMMAND = Buffer.from('zINSTREAM\0');
const LENGTH_BYTES = 4;

async function serve(socket: Socket, { maxBytes = 1e9, answer }: ScannerOptions, scanned: Buffer[]) {
  let buffer = Buffer.alloc(0);
  let file = Buffer.alloc(0);
  let hasCommand = false;
  const say = (text: string) => socket.end(`${text}\0`);
  for await (const piece of socket) {
    buffer = Buffer.concat([buffer, piece]);
    if (!hasCommand) {
      if (buffer.length < COMMAND.length) continue;
      if (!buffer.subarray(0, COMMAND.length).equals(COMMAND)) return say('UNKNOWN COMMAND');
      buffer = buffer.subarray(COMMAND.length);
      hasCommand = true;
    }
    while (buffer.length >= LENGTH_BYTES) {
      const length = buffer.readUInt32BE();
      if (length === 0) {
        scanned.push(file);
        if (answer !== undefined) return answer.text === undefined ? silence() : say(answer.text);
        return say(file.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK');
      }
      if (buffer.length < LENGTH_BYTES + length) break;
      file = Buffer.concat([file, buffer.subarray(LENGTH_BYTES, LENGTH_BYTES + length)]);
      buffer = buffer.subarray(LENGTH_BYTES + length);
      if (file.length > maxBytes) return say('INSTREAM size limit exceeded. ERROR');
    }
  }
}

function silence(): Promise<never> {
  return new Promise(() => {});
}
