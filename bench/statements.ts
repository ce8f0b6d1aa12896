import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import type { Cleanup } from './cleanup.ts';

/** A statement as it came over the line. */
export interface Statement {
  sql: string;
  /** From its first message to the server's "ready for the next one". */
  ms: number;
}

/** Stands between the application and PostgreSQL and writes down what passes. */
export interface StatementRecorder {
  /** Like the database's address, but through the recorder. */
  databaseUrl: string;
  /** The statements since the last call. */
  take(): Statement[];
}

/**
 * Counts on the line itself: the application that is counted is the one that is measured, nothing in it is
 * wrapped or changed.
 */
export async function recordStatements(databaseUrl: string, cleanup: Cleanup): Promise<StatementRecorder> {
  const target = new URL(databaseUrl);
  let statements: Statement[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(target.port || 5432), target.hostname);
    const line = readLine((statement) => statements.push(statement));
    for (const [from, to, read] of [
      [client, server, line.fromClient],
      [server, client, line.fromServer],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        read(chunk);
        to.write(chunk);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  cleanup.add(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const through = new URL(databaseUrl);
  through.hostname = '127.0.0.1';
  through.port = String((proxy.address() as AddressInfo).port);
  return {
    databaseUrl: through.href,
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
  };
}

/** Follows one connection's messages (PostgreSQL's protocol 3): queries in, "ready" out. */
function readLine(found: (statement: Statement) => void) {
  const prepared = new Map<string, string>();
  let running: string[] = [];
  let bound = '';
  let begin = 0;
  const fromClient = readMessages(false, (type, body) => {
    if (running.length === 0) begin = performance.now();
    const [first = '', second = ''] = body.toString('latin1').split('\0', 2);
    if (type === 'P') prepared.set(first, textAt(body, 1));
    else if (type === 'B') bound = prepared.get(second) ?? '';
    else if (type === 'E') running.push(bound);
    else if (type === 'Q') running.push(textAt(body, 0));
  });
  const fromServer = readMessages(true, (type) => {
    if (type !== 'Z') return;
    const ms = performance.now() - begin;
    for (const sql of running) found({ sql: sql.replace(/\s+/g, ' ').trim(), ms });
    running = [];
  });
  return { fromClient, fromServer };
}

/** The text number `index` of a message that consists of zero-terminated texts. */
function textAt(body: Buffer, index: number): string {
  let start = 0;
  for (let skipped = 0; skipped < index; skipped += 1) start = body.indexOf(0, start) + 1;
  return body.toString('utf8', start, body.indexOf(0, start));
}

/** Cuts a stream into messages; the client's very first one has no type. */
function readMessages(typed: boolean, handle: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let hasType = typed;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const head = hasType ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return;
      handle(hasType ? String.fromCharCode(rest[0] ?? 0) : '', rest.subarray(head + 4, end));
      hasType = true;
      rest = rest.subarray(end);
    }
  };
}
