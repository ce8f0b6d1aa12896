import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import pg from 'pg';
import { type Captured, capturePages, renderAlike } from './capture.ts';
import type { BareOrder, BareReady } from './order.ts';
import { signInBare } from './sign-in.ts';
import { certifyOne, saveForm } from './writes.ts';

// As many connections as the application has by default.
const POOL_SIZE = 10;

process.once('message', (order: BareOrder) => void serve(order));
process.once('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
// Ctrl-C reaches the whole process group: the bench ends this process when it is done with it
process.on('SIGINT', () => {});

async function serve(order: BareOrder): Promise<void> {
  const captured = await capturePages(order);
  const pool = new pg.Pool({ connectionString: order.databaseUrl, max: POOL_SIZE });
  const origin = await listen(createServer(bareApp(captured, pool)));
  process.send?.({ origin } satisfies BareReady);
}

/**
 * The least that Express can do for the same answers: no session library, no security headers, no compression,
 * no menu. The pages are the application's own templates with the data that it gave them once; nothing is read
 * from the database, and the templates are compiled once. The changes are the statements of writes.ts.
 */
function bareApp(captured: Captured, pool: pg.Pool): Express {
  const app = express();
  app.disable('etag');
  app.disable('x-powered-by');
  renderAlike(app, captured);
  app.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 5000 }));
  for (const { name, view, locals } of captured.pages) {
    app.get(`/${name}`, (_req, res) => res.render(view, locals));
  }
  app.post('/sign-in', signInBare(pool));
  app.post('/save', saveForm(pool));
  app.post('/entries/:id/certification', certifyOne(pool));
  return app;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
