// Where a new certificate's files go.
import { dirname, resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { deliveryIn, type DeliveryPaths, type FullDelivery } from '../ca/deliver.ts';
import { fileStem, type GeneralName } from '../name/san.ts';
import { commonName, type DistinguishedName } from '../name/dn.ts';
import { flag, value, type OptionValues } from './command.ts';
import type { Context } from './context.ts';

const GROUP = 'Files:';

export const OUTPUT_OPTIONS = {
  out: value('--out <folder>', 'where the files go; the current folder by default', GROUP),
  name: value('--name <stem>', 'name of the files without the ending; from the first name', GROUP),
  force: flag('--force', 'replace files that are there', GROUP),
} as const;

/** Each file under a name of its own, as for `tls.crt`, `server-key.pem`, `fullchain.pem`. */
export const PLACE_OPTIONS = {
  certOut: value('--cert-out <file>', 'the certificate and its chain go into this file', GROUP),
  keyOut: value('--key-out <file>', 'the key goes here; one file may be both', GROUP),
  caOut: value('--ca-out <file>', 'the roots go here; with --cert-out, nowhere else', GROUP),
} as const;

export const KEY_FILE_OPTIONS = {
  keyMode: value('--key-mode <mode>', 'mode of the key file, such as 0640; 0600 by default', GROUP),
  keyGroup: value('--key-group <gid>', 'numeric group of the key file, for containers', GROUP),
} as const;

/** Reads `--key-mode` and `--key-group`. Throws BAD_OPTION. */
export function readKeyFileOptions(options: OptionValues<typeof KEY_FILE_OPTIONS>): {
  keyMode?: number;
  keyGroup?: number;
} {
  const { keyMode, keyGroup } = options;
  return {
    ...(keyMode !== undefined && { keyMode: readMode(keyMode) }),
    ...(keyGroup !== undefined && { keyGroup: readGroup(keyGroup) }),
  };
}

function readMode(text: string): number {
  const mode = /^0?[0-7]{3}$/.test(text) ? parseInt(text, 8) : undefined;
  // Others never: a key that anyone can read is no key
  if (mode !== undefined && (mode & 0o400) !== 0 && (mode & 0o137) === 0) return mode;
  throw new MtlsError('BAD_OPTION', `--key-mode does not take ${quoteForeign(text)}`, {
    hint: 'give 0600, 0400, 0640 or 0440: others never read a key, and nobody runs it',
  });
}

function readGroup(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1) return Number(text);
  throw new MtlsError('BAD_OPTION', `--key-group does not take ${quoteForeign(text)}`, {
    hint: 'give the number of a group, as getent group prints it',
  });
}

/** The files of a certificate: `--name`, else its first name, else its common name. */
export function deliveryOf(
  options: OptionValues<typeof OUTPUT_OPTIONS>,
  context: Context,
  names: readonly GeneralName[],
  subject: DistinguishedName,
): { readonly folder: string; readonly paths: FullDelivery } {
  const folder = resolve(context.cwd, options.out ?? '.');
  return { folder, paths: deliveryIn(folder, stemOf(options.name, names, subject)) };
}

/**
 * As `deliveryOf`, with files named one by one.
 *
 * @throws MtlsError USAGE where it is not clear where the key goes
 */
export function placesOf(
  options: OptionValues<typeof OUTPUT_OPTIONS> & OptionValues<typeof PLACE_OPTIONS>,
  context: Context,
  names: readonly GeneralName[],
  subject: DistinguishedName,
  keyIsGiven: boolean,
): { readonly folder: string; readonly paths: DeliveryPaths } {
  const { certOut, keyOut, caOut } = options;
  const at = (path: string) => resolve(context.cwd, path);
  if (certOut === undefined) {
    if (keyOut !== undefined || caOut !== undefined)
      throw new MtlsError('USAGE', '--key-out and --ca-out go with --cert-out', {
        hint: 'name the certificate’s file too, or the folder of all of them with --out',
      });
    return deliveryOf(options, context, names, subject);
  }
  if (options.out !== undefined || options.name !== undefined)
    throw new MtlsError('USAGE', '--cert-out excludes --out and --name', {
      hint: 'name each file, or their folder',
    });
  if (keyOut === undefined && !keyIsGiven)
    throw new MtlsError('USAGE', 'a new key needs a file: --key-out', {
      hint: 'or keep the key that is there, with --key',
    });
  return {
    folder: dirname(at(certOut)),
    paths: {
      certificate: at(certOut),
      key: keyOut === undefined ? undefined : at(keyOut),
      roots: caOut === undefined ? undefined : at(caOut),
    },
  };
}

function stemOf(
  given: string | undefined,
  names: readonly GeneralName[],
  subject: DistinguishedName,
): string {
  if (given !== undefined) {
    if (/^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,127}$/.test(given) && given !== 'ca') return given;
    throw new MtlsError('BAD_NAME', `--name does not take ${quoteForeign(given)}`, {
      hint:
        given === 'ca'
          ? 'ca.crt is the file of the roots'
          : 'use letters, digits and . _ - @ +, the first a letter, a digit or "_"; --out names the folder',
    });
  }
  const [first] = names;
  if (first) return fileStem(first);
  const cn = commonName(subject);
  if (cn !== undefined) return fileStem({ kind: 'dns', value: cn });
  throw new MtlsError('BAD_NAME', 'nothing names the files', { hint: 'add --name <stem>' });
}

/** DER would garble a terminal. Throws USAGE. */
export function refuseBinary(
  format: string | undefined,
  out: string | undefined,
  { stdoutIsTerminal }: Context,
): void {
  if (format !== 'der' || out !== undefined || !stdoutIsTerminal) return;
  throw new MtlsError('USAGE', 'DER is not for a terminal', {
    hint: 'write it to a file with --out, or leave --format der out',
  });
}
