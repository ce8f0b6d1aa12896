import { type StoredDocument, storeDocument } from '../support/files.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const documents = new WeakMap<TestApp, Promise<StoredDocument>>();

/** A file is for whoever reads its thread: the office itself, the bureau that certifies the variable, the KPI office. */
const ofKrabi = behindSignIn(404, { krabi: 200, bureau9: 200, kpiOffice: 200 });

export const FILES_TABLE: Record<string, Row[]> = {
  'GET /:system/threads/files/:item': [
    { what: 'a file of krabi', path: (app) => pathOf(app), expected: ofKrabi },
    {
      what: 'a guessed id',
      path: async (app) => `/krs/threads/files/${1_000_000 + Number((await documentOf(app)).item)}`,
      expected: behindSignIn(404),
    },
  ],
  'GET /:system/threads/files/:item/preview': [
    { what: 'a picture of krabi', path: async (app) => `${await pathOf(app)}/preview`, expected: ofKrabi },
  ],
};

async function pathOf(app: TestApp): Promise<string> {
  return `/krs/threads/files/${(await documentOf(app)).item}`;
}

/** One document, by the owner about 1/a. */
function documentOf(app: TestApp): Promise<StoredDocument> {
  const found = documents.get(app) ?? storeDocument(app);
  documents.set(app, found);
  return found;
}
