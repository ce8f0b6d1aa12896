import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { scan } from '../../src/storage/scanner.ts';
import { EICAR, type ScannerOptions, startScanner, type TestScanner } from '../support/scanner.ts';

const NOBODY = 'tcp://127.0.0.1:9';

let scanner: TestScanner | undefined;

afterEach(async () => {
  await scanner?.stop();
  scanner = undefined;
});

async function ask(bytes: Buffer, options: ScannerOptions = {}, patienceMs = 5000) {
  scanner = await startScanner(options);
  return scan(scanner.url, Readable.from(piecesOf(bytes)), patienceMs);
}

describe('the virus scanner', () => {
  it('is handed the whole file, and finds nothing', async () => {
    const bytes = randomBytes(1_000_000);
    expect(await ask(bytes)).toEqual({ infected: false });
    expect(scanner?.scanned.map((one) => one.equals(bytes))).toEqual([true]);
  });

  it('names what it finds', async () => {
    const bytes = Buffer.concat([randomBytes(100_000), EICAR]);
    expect(await ask(bytes)).toEqual({ infected: true, name: 'Eicar-Test-Signature' });
  });

  it('may have enough in the middle of a file', async () => {
    await expect(ask(randomBytes(5_000_000), { maxBytes: 100_000 })).rejects.toThrow(
      /size limit exceeded|no answer|closed/,
    );
  });

  it.each(['stream: lstat() failed ERROR', 'OK', '', 'stream: OK FOUND or not'])(
    'that says %j has given no verdict',
    async (text) => {
      await expect(ask(randomBytes(100), { answer: { text } })).rejects.toMatchObject({
        name: 'ScannerError',
      });
    },
  );

  it('is not waited for for ever', async () => {
    const begin = performance.now();
    const asking = ask(randomBytes(100), { answer: { text: undefined } }, 200);
    await expect(asking).rejects.toMatchObject({ name: 'ScannerError' });
    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('that is away has given no verdict', async () => {
    await expect(scan(NOBODY, Readable.from([EICAR]))).rejects.toMatchObject({ name: 'ScannerError' });
  });

  it('is told nothing of a file that breaks off', async () => {
    scanner = await startScanner();
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(1000);
        throw new Error('cut');
      })(),
    );
    await expect(scan(scanner.url, broken)).rejects.toMatchObject({ name: 'ScannerError' });
    expect(scanner.scanned).toEqual([]);
  });
});

function piecesOf(bytes: Buffer): Buffer[] {
  const length = 65_536;
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
}
