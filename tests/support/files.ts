import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { mediaTypeOf } from '../../src/storage/media-type.ts';
import { insertFiles } from '../../src/threads/files/queries.ts';
import type { TestApp } from './test-app.ts';
import { PEOPLE, type Person, type WorldOffice } from './world.ts';

/** The smallest picture there is: one transparent dot. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
/** One page with a word on it. */
export const PDF = Buffer.from(
  `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 37>>stream
BT /F 24 Tf 20 40 Td (evidence) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
`,
);

/** Every file below a folder; none where it is not there. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export interface NewDocument {
  bytes?: Buffer;
  name?: string;
  state?: 'waiting' | 'clean';
  /** Whose thread; null: sent to every office of `receivers`. */
  office?: WorldOffice | null;
  receivers?: WorldOffice[];
  variable?: string;
  sender?: Person;
}

export interface StoredDocument {
  item: string;
  file: string;
  key: string;
}

/** A document in the thread of an office, by default of krabi's reporter about 1/a; its file lies in the storage. */
export async function storeDocument(app: TestApp, document: NewDocument = {}): Promise<StoredDocument> {
  const { bytes = PNG, name = 'หลักฐาน.png', state = 'clean', office = 'krabi', receivers = [] } = document;
  const { variable = '1/a', sender = 'owner' } = document;
  const { db, world, storage } = app;
  const { head, ...put } = await storage.put(Readable.from([bytes]), { maxBytes: bytes.length });
  const [file = ''] = await insertFiles(db, [{ ...put, name, mediaType: await mediaTypeOf(head) }], state);
  const { office_id } = await db('users').where({ id: world.users[sender] }).first('office_id');
  const [{ id: item }] = await db('thread_items').insert(
    {
      system_id: world.systems.krs,
      variable_id: world.variable(variable),
      office_id: office === null ? null : world.offices[office],
      round_id: world.rounds.open,
      kind: 'document',
      text: 'หลักฐานประกอบ',
      file_id: file,
      sender_id: world.users[sender],
      side: sender in OFFICE_PEOPLE ? 'office' : 'bureau',
      sender_office_id: office_id,
    },
    ['id'],
  );
  const receipt = {
    item_id: item,
    system_id: world.systems.krs,
    variable_id: world.variable(variable),
    sending_office_id: office_id,
  };
  for (const receiver of receivers) {
    const receiver_id = world.offices[receiver];
    await db('receipts').insert({ ...receipt, receiver_id, office_id: receiver_id });
  }
  if (office !== null && receivers.length === 0) {
    const { bureau_id: receiver_id } = await db('variables')
      .where({ id: world.variable(variable) })
      .first();
    await db('receipts').insert({ ...receipt, receiver_id, office_id: world.offices[office] });
  }
  return { item, file, key: put.key };
}

const OFFICE_PEOPLE: Partial<Record<Person, string>> = {
  owner: PEOPLE.owner,
  colleague: PEOPLE.colleague,
  idle: PEOPLE.idle,
  outsider: PEOPLE.outsider,
  secondary: PEOPLE.secondary,
};
