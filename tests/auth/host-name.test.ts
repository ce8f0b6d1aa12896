import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { hostNameOf } from '../../src/auth/host-name.ts';

let server: Socket | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

/** A name server that answers every question with this name, or never answers. */
async function nameServer(name: string | undefined): Promise<string> {
  const socket = createSocket('udp4');
  server = socket;
  socket.on('message', (query, from) => {
    if (name !== undefined) socket.send(answer(query, name), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return `127.0.0.1:${socket.address().port}`;
}

/** One PTR record (RFC 1035), pointing back to the question's name at offset 12. */
function answer(query: Buffer, name: string): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5;
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const data = Buffer.concat([...labels, Buffer.from([0])]);
  const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([header, query.subarray(12, questionEnd), record, data]);
}

describe('the host name of an address', () => {
  it('is what its network says', async () => {
    expect(await hostNameOf('192.0.2.17', [await nameServer('pc17.example.org')])).toBe('pc17.example.org');
  });

  it('is given up after two seconds', async () => {
    const servers = [await nameServer(undefined)];
    const begin = performance.now();
    expect(await hostNameOf('192.0.2.17', servers)).toBeUndefined();
    // without an end of ours it would ask for twenty seconds
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it('is unknown for what is no address', async () => {
    expect(await hostNameOf('nonsense')).toBeUndefined();
  });
});
