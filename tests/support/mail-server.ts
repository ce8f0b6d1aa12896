import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** A mail as it arrived: both parts, decoded, and what the envelope said. */
export interface ReceivedMail extends Email {
  to: { name: string; address: string }[];
  text: string;
  html: string;
  envelopeTo: string[];
  raw: string;
}

export interface MailServer {
  url: string;
  port: number;
  received: ReceivedMail[];
  stop(): Promise<void>;
}

export interface MailServerOptions {
  port?: number;
  /** Answers to a receiver: undefined takes him, a number refuses with this SMTP code. */
  onReceiver?: (address: string) => number | undefined;
  /** The same for the message, once it has arrived whole. */
  onMessage?: (mail: ReceivedMail) => number | undefined;
}

/** A real SMTP server on this machine. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      done(refusal(options.onReceiver?.(address)));
    },
    onData(stream, session, done) {
      read(stream, session).then((mail) => {
        const refused = refusal(options.onMessage?.(mail));
        if (refused === null) received.push(mail);
        done(refused);
      }, done);
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refusal(code: number | undefined): Error | null {
  return code === undefined ? null : Object.assign(new Error('refused by the test'), { responseCode: code });
}

async function read(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<ReceivedMail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return parseMail(
    Buffer.concat(chunks),
    session.envelope.rcptTo.map(({ address }) => address),
  );
}

/** Reads a mail as a mail program would. */
export async function parseMail(content: Buffer, envelopeTo: string[] = []): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(content);
  const to = (mail.to ?? []).map(({ name, address }) => ({ name, address: address ?? '' }));
  return {
    ...mail,
    to,
    text: mail.text ?? '',
    html: mail.html ?? '',
    envelopeTo,
    raw: content.toString('utf8'),
  };
}
