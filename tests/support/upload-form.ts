import { randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';

/** One file of a form as a browser sends it. */
export interface SentFile {
  field?: string;
  name: string;
  bytes: Buffer;
  /** What the browser believes. */
  type?: string;
}

/** A multipart form; a string is a field, an object a file, in this order. */
export type Part = [field: string, value: string] | SentFile;

const CRLF = '\r\n';

/** The body of a form, piece by piece, and what its header says. */
export function uploadForm(parts: readonly Part[]): { contentType: string; pieces: Buffer[] } {
  const boundary = `----form${randomBytes(12).toString('hex')}`;
  const pieces = parts.flatMap((part) => {
    if (Array.isArray(part)) {
      const [field, value] = part;
      return [
        Buffer.from(
          `--${boundary}${CRLF}Content-Disposition: form-data; name="${field}"${CRLF}${CRLF}${value}${CRLF}`,
        ),
      ];
    }
    const { field = 'files', name, bytes, type = 'application/octet-stream' } = part;
    const head = `Content-Disposition: form-data; name="${field}"; filename="${browserEscaped(name)}"${CRLF}Content-Type: ${type}`;
    return [Buffer.from(`--${boundary}${CRLF}${head}${CRLF}${CRLF}`), bytes, Buffer.from(CRLF)];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    pieces: [...pieces, Buffer.from(`--${boundary}--${CRLF}`)],
  };
}

/** As the HTML standard has it. */
function browserEscaped(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

export interface UploadAnswer {
  status: number;
  location: string | undefined;
  text: string;
}

/** Sends a form over a connection of its own. */
export function upload(
  url: string,
  parts: readonly Part[],
  headers: Record<string, string> = {},
): Promise<UploadAnswer> {
  const { contentType, pieces } = uploadForm(parts);
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': contentType, ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      response.toArray().then((chunks) => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, text });
      }, reject);
    });
    Readable.from(pieces).pipe(sent);
  });
}

/** Begins to send a form, sends this many bytes of it, and leaves the rest to the caller. */
export function beginUpload(
  url: string,
  parts: readonly Part[],
  bytes: number,
  headers: Record<string, string> = {},
): Promise<ClientRequest> {
  const { contentType, pieces } = uploadForm(parts);
  const whole = Buffer.concat(pieces);
  const length = { 'content-length': String(whole.length) };
  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': contentType, ...length, ...headers },
  });
  sent.on('error', () => {});
  return new Promise((resolve) => sent.write(whole.subarray(0, bytes), () => resolve(sent)));
}
