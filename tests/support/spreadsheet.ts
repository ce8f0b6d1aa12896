import readExcelFile from 'read-excel-file/node';
import type { Response } from 'supertest';
import type { Agent } from './test-app.ts';

/** Downloads a spreadsheet: its rows, and the name under which a browser saves it. */
export async function downloadSheet(agent: Agent, path: string) {
  const { body, headers } = await agent.get(path).buffer(true).parse(asBytes).expect(200);
  const [sheet] = await readExcelFile(body);
  const extended = /filename\*=UTF-8''(.*)$/.exec(headers['content-disposition'] ?? '')?.[1] ?? '';
  return { rows: sheet?.data ?? [], sheet: sheet?.sheet, fileName: decodeURIComponent(extended), headers };
}

/** For supertest's `parse`: what came, unchanged. */
export function asBytes(res: Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  const stream = res as unknown as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}
