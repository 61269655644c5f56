// The way out for PKCS#12 key stores, which only other programs write: openssl and keytool.
import type { FindingCode } from './codes.ts';
import type { Document } from './document.ts';
import type { Draft } from './draft.ts';
import type { Remedy } from './finding.ts';
import type { Bench } from './judge.ts';

/** About the store itself: no new certificate mends it. */
const OF_STORES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'STORE_CLOSED',
  'STORE_FORM',
  'STORE_UNTRUSTED',
  'PASSPHRASE_WRONG',
]);

/** @param means what the catalogue says, for where no command does it */
export function storeRemedy(draft: Draft, bench: Bench, means: string): Remedy | undefined {
  const { code, subject } = draft;
  if (!OF_STORES.has(code)) return undefined;
  const document = bench.pile.documents.find(({ place }) => place === subject);
  const file = document?.source === subject && subject !== '-' ? document : undefined;
  return (file && writtenAnew(code, file, bench)) ?? { text: means, commands: [] };
}

/** Into a file beside the old one, under the same passphrase. */
function writtenAnew(code: FindingCode, document: Document, bench: Bench): Remedy | undefined {
  const { source, stores = [] } = document;
  const stem = source.replace(/\.(?:p12|pfx|pkcs12)$/i, '');
  const { passphraseFile } = bench.settings;
  const secret = (option: string, prefix = ''): readonly string[] =>
    passphraseFile === undefined ? [] : [option, `${prefix}${passphraseFile}`];
  const written = `${stem}-new.p12`;
  const [store] = stores;
  // keytool takes one certificate from a file
  if (code === 'STORE_UNTRUSTED' && store?.certificates === 1)
    return {
      text: 'write it anew with keytool, which marks what is trusted',
      commands: [
        [
          ...['openssl', 'pkcs12', '-in', source, '-nokeys', '-out', `${stem}.pem`],
          ...secret('-passin', 'file:'),
        ],
        [
          ...['keytool', '-importcert', '-noprompt', '-alias', 'ca', '-file', `${stem}.pem`],
          ...['-keystore', written, '-storetype', 'PKCS12', ...secret('-storepass:file')],
        ],
      ],
      folder: written,
    };
  // Java reads the old ways, and sees keys that are encrypted alone
  const old = store?.encryption.some((name) => name.includes('RC2')) === true;
  if (code === 'STORE_FORM' && old && store.openKeys === 0)
    return {
      text: 'write it anew under AES-256',
      commands: [
        [
          ...['keytool', '-importkeystore', '-noprompt', '-srckeystore', source],
          ...['-srcstoretype', 'PKCS12', ...secret('-srcstorepass:file')],
          ...['-destkeystore', written, '-deststoretype', 'PKCS12'],
          ...secret('-deststorepass:file'),
        ],
      ],
      folder: written,
    };
  return undefined;
}
