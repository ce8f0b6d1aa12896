import { join } from 'node:path';
import ejs from 'ejs';
import type { Config } from '../config.ts';
import { projectRoot } from '../lib/paths.ts';
import type { Letter } from './letters.ts';
import { oneLine } from './rules.ts';
import type { Message } from './transport.ts';
import type { WaitingMail } from './types.ts';

const HTML_VIEW = join(projectRoot, 'views/mail/letter.ejs');

/** The mail as it goes out: text and HTML of the same content. */
export async function messageOf(
  mail: WaitingMail,
  letter: Letter,
  { mailFrom }: Pick<Config, 'mailFrom'>,
  date: Date,
): Promise<Message> {
  return {
    from: { name: mailFrom.name ?? oneLine(mail.systemBrand), address: mailFrom.address },
    to: { name: oneLine(mail.name), address: mail.address },
    subject: letter.subject,
    text: textOf(letter),
    html: await ejs.renderFile(HTML_VIEW, { letter, locale: mail.locale }, { cache: true }),
    messageId: messageId(mail, mailFrom.address),
    date,
  };
}

/**
 * The same for every try: a mail that was taken although its server's answer was lost may arrive twice, and
 * receivers' programs know it by this. "Send again" begins a new series, and so another one.
 */
function messageId({ id, series, createdAt }: WaitingMail, from: string): string {
  return `<${id}.${series}.${createdAt.getTime().toString(36)}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

function textOf({ greeting, opening, facts, sections, closing, sender }: Letter): string {
  const parts = [
    greeting,
    opening,
    facts.map(([label, value]) => `${label}: ${value}`).join('\n'),
    ...sections.map(({ lines, href }) => [...lines, ...(href === undefined ? [] : [href])].join('\n')),
    closing.join('\n'),
    `${sender.name}\n${sender.href}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
