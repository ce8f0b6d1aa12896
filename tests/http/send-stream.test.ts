import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { errorHandler } from '../../src/http/error-handler.ts';
import { sendStream } from '../../src/http/send-stream.ts';

const ONE_PIECE = 'x'.repeat(100_000);

const lines: { level: number; err?: { message: string } }[] = [];
const sources: Record<string, () => AsyncGenerator<string>> = {
  async *whole() {
    yield ONE_PIECE;
    yield ONE_PIECE;
  },
  async *nothing() {},
  async *broken() {
    yield ONE_PIECE;
    await sleep(50);
    throw new Error('the disk is broken');
  },
  async *away() {
    yield ONE_PIECE;
    await sleep(50);
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  },
  async *endless() {
    for (;;) yield ONE_PIECE;
  },
};
let server: Server;
let ended: Promise<void>;

beforeAll(async () => {
  const app = express();
  app.get('/:name', async (req, res) => {
    const source = Readable.from(sources[req.params.name]?.() ?? []);
    ended = new Promise((resolve) => source.once('close', resolve));
    await sendStream(res, source, () => res.type('text'));
  });
  app.use(errorHandler(pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) })));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server?.close());

async function ask(name: string): Promise<IncomingMessage> {
  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
  const [answer] = await once(request, 'response');
  return answer;
}

async function told(name: string): Promise<string> {
  const answer = await ask(name);
  let text = '';
  for await (const piece of answer) text += piece;
  return text;
}

/** The one line of the log since the last look; whoever asked may know sooner than the log that it is over. */
async function expectLogged(line: object): Promise<void> {
  await vi.waitFor(() => expect(lines).toMatchObject([line]));
  lines.length = 0;
}

describe('what is sent piece by piece', () => {
  it('arrives whole, also if it is nothing', async () => {
    expect(await told('whole')).toBe(ONE_PIECE + ONE_PIECE);
    expect(await told('nothing')).toBe('');
    expect(lines).toEqual([]);
  });

  it('is cut where its source breaks off, and the log tells why', async () => {
    await expect(told('broken')).rejects.toThrow('aborted');
    await expectLogged({ level: 50, err: { message: 'the disk is broken' } });
    await expect(told('away')).rejects.toThrow('aborted');
    await expectLogged({ level: 40, err: { message: 'read ECONNRESET' } });
  });

  it('may be stopped by whoever asked for it', async () => {
    const answer = await ask('endless');
    answer.on('error', () => {}).destroy();
    await ended;
    await sleep(50);
    expect(lines).toEqual([]);
  });
});
