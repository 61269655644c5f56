// One HTTP request over a connection that stands, and the head of its answer: the application's word.

export interface HttpAnswer {
  readonly status: number;
  /** The `Date` header, where it is one (RFC 9110 §6.6.1). */
  readonly date: Date | undefined;
  readonly server: string | undefined;
  /** The beginning of the body. */
  readonly body: string;
}

export function httpRequest(host: string, path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: mtls',
    'Accept: */*',
    'Connection: close',
    '',
    '',
  ].join('\r\n');
}

/** Of the body, in characters. */
const SHOWN = 2000;

/** Reads an answer as far as it came; undefined when it is no HTTP. */
export function readHttpAnswer(bytes: Uint8Array): HttpAnswer | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  if (status === undefined) return undefined;
  const end = text.indexOf('\r\n\r\n');
  const head = end === -1 ? text : text.slice(0, end);
  const header = (name: string): string | undefined => {
    const found = head
      .split('\r\n')
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1);
    return found?.trim();
  };
  const date = new Date(header('date') ?? '');
  return {
    status: Number(status),
    date: Number.isNaN(date.getTime()) ? undefined : date,
    server: header('server'),
    body: end === -1 ? '' : text.slice(end + 4, end + 4 + SHOWN),
  };
}

/** Whether the head is there, and as much of the body as is looked at. */
export function answerComplete(bytes: Uint8Array): boolean {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n');
  return end !== -1 && bytes.length - end - 4 >= SHOWN;
}
