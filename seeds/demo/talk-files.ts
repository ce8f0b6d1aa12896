import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import type { Queryable } from '../../src/db/database.ts';
import { mediaTypeOf } from '../../src/storage/media-type.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { insertFiles } from '../../src/threads/files/queries.ts';
import type { NewFile } from '../../src/threads/files/types.ts';
import { CIRCULARS, CORRECTED_EVIDENCE, EVIDENCE, R180_DOCUMENTS, R182_DOCUMENTS } from './talk-texts.ts';

/** Every file of the demo, by the name that its sender gave it: a few, however many documents there are. */
const NAMES = [
  ...EVIDENCE,
  ...CORRECTED_EVIDENCE,
  ...CIRCULARS,
  ...Object.values(R180_DOCUMENTS),
  ...R182_DOCUMENTS,
].flatMap(([name]) => name ?? []);

/** Puts the demo's files into the storage; answers what their rows say. */
export async function putFiles(storage: FileStorage): Promise<NewFile[]> {
  return Promise.all(
    NAMES.map(async (name, index) => {
      const bytes = contentOf(name, index);
      const { head, ...put } = await storage.put(Readable.from([bytes]), { maxBytes: bytes.length });
      return { ...put, name, mediaType: await mediaTypeOf(head) };
    }),
  );
}

/** Enters their rows; the ids by name. */
export async function enterFiles(trx: Queryable, files: readonly NewFile[]): Promise<Map<string, string>> {
  const ids = await insertFiles(trx, files, 'clean');
  return new Map(files.map(({ name }, index) => [name, ids[index] ?? '']));
}

function contentOf(name: string, index: number): Buffer {
  if (name.endsWith('.pdf')) return pdf(`Document ${index + 1} of the demonstration`);
  if (name.endsWith('.png')) return png(index);
  // a spreadsheet program needs the mark to read Thai
  const rows = ['ลำดับ,สถานศึกษา,ผล', '1,โรงเรียนตัวอย่างวิทยา,1', '2,โรงเรียนสมมติพิทยา,1', '3,โรงเรียนทดสอบศึกษา,0'];
  if (name.endsWith('.csv')) return Buffer.from(`\ufeff${rows.join('\r\n')}\r\n`);
  return Buffer.from('ตัวเลขในรายงานนับจากข้อมูล ณ วันสิ้นรอบการรายงาน (ข้อความตัวอย่างของระบบสาธิต)\n');
}

/** One page with one line of text. */
function pdf(line: string): Buffer {
  const stream = `BT /F1 18 Tf 72 760 Td (${line}) Tj ET\n0.5 w 60 60 475 722 re S`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`;
  return Buffer.from(
    `${text}${table}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  );
}

const WIDTH = 320;
const HEIGHT = 200;

/** A picture of stripes; another shade for each. */
function png(shade: number): Buffer {
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const row = Buffer.alloc(1 + WIDTH * 3, 0xf4);
    row[0] = 0;
    const dark = Math.floor(y / 20) % 2 === 0;
    if (dark) row.fill(120 + ((shade * 23) % 100), 1 + 60, 1 + WIDTH * 3 - 60);
    return row;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

// node:zlib has it from Node 22.2 on
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
