import { entryFields } from '../support/entry-form.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

/** 4/a is central data of bureau 1: for the other bureau it is not there, for district offices nothing is. */
const ofBureau1 = (status: number): Expected =>
  behindSignIn(status, { certifier: 404, bureauAdmin: 404, district: 403 });

/** บันทึกข้อมูลส่วนกลาง: who gets which answer. */
export const CENTRAL_TABLE: Record<string, Row[]> = {
  'GET /:system/central': [
    { what: 'nothing chosen', path: () => '/krs/central', expected: behindSignIn(200, { district: 403 }) },
    { what: '4/a', path: pathOf(''), expected: ofBureau1(200) },
    {
      what: 'no central variable, 2.2/a',
      path: pathOf('', '2.2/a'),
      expected: behindSignIn(404, { district: 403 }),
    },
  ],
  'POST /:system/central': [
    {
      what: '4/a of krabi',
      path: pathOf(''),
      fields: async (app) => {
        const id = await app.world.entry('open', 'krabi', '4/a');
        const { value } = await app.db('entries').where({ id }).first('value');
        return entryFields(app.db, { [id]: String(Number(value) + 1) });
      },
      expected: ofBureau1(303),
    },
  ],
  'POST /:system/central/check': [
    {
      what: 'krabi',
      path: pathOf('/check'),
      fields: () => ({ text: '8101\t14' }),
      expected: ofBureau1(200),
    },
  ],
  'GET /:system/central/template.xlsx': [
    { what: '4/a', path: pathOf('/template.xlsx'), expected: ofBureau1(200) },
  ],
  'GET /:system/central/history': [{ what: '4/a', path: pathOf('/history'), expected: ofBureau1(200) }],
};

function pathOf(page: string, variable = '4/a'): Row['path'] {
  return ({ world }) => `/krs/central${page}?round=${world.rounds.open}&variable=${world.variable(variable)}`;
}
