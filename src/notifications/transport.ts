import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import type { Config } from '../config.ts';

export interface Mailbox {
  name: string;
  address: string;
}

export interface Message {
  from: Mailbox;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  date: Date;
}

/** The way out. Rejects with what the mail server says, or when `signal` aborts. */
export type Transport = (message: Message, signal: AbortSignal) => Promise<void>;

const CONNECT_MS = 30_000;
const SILENCE_MS = 60_000;

/** Where mails of this installation go: to the mail server, or without one into a folder. */
export function transportOf(config: Pick<Config, 'smtpUrl' | 'dataDir'>): Transport {
  return config.smtpUrl === undefined ? folderTransport(mailFolder(config)) : smtpTransport(config.smtpUrl);
}

/** Where mails lie without a mail server. */
export function mailFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'mail');
}

/** By SMTP; times as in `smtp://host?connectionTimeout=1000` win over ours. */
function smtpTransport(url: string): Transport {
  const transporter = nodemailer.createTransport({
    url,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (message, signal) => {
    await transporter.sendMail({ ...fieldsOf(message), signal });
  };
}

/** As files that mail programs open; readable by the program's own user only, since some bear links. */
function folderTransport(folder: string): Transport {
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return async (message) => {
    const { message: content } = await composer.sendMail(fieldsOf(message));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `${message.date.toISOString().replace(/[:.]/g, '-')}-${message.messageId.slice(1).replace(/@.*/, '')}.eml`;
    const unfinished = join(folder, `.${name}.tmp`);
    await writeFile(unfinished, content as Buffer, { mode: 0o600 });
    await rename(unfinished, join(folder, name));
  };
}

function fieldsOf({ from, to, ...fields }: Message) {
  return {
    ...fields,
    from,
    to,
    // exactly these two, whatever the headers could be read as
    envelope: { from: from.address, to: [to.address] },
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}
