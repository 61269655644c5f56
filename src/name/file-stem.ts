// File names from names, which may be hostile: a stem never leaves its folder.
import type { GeneralName } from './general-name.ts';
import { commonName } from './distinguished-name.ts';
import { formatIp } from './ip.ts';

// Room for endings under the 255 bytes that file systems allow.
const MAX_STEM = 200;

/**
 * File name, without an ending, for the first name of a certificate: letters, digits and
 * `._@+-` only, no leading dot or dash, no `..`, at most 200 bytes, none that Windows reserves,
 * and not `ca`, whose file holds the roots.
 */
export function fileStem(name: GeneralName): string {
  const text = stemText(name);
  const clean = text
    .replace(/^\*\./, '_wildcard.')
    .replace(/[^A-Za-z0-9._@+-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+/, '')
    .replace(/[.-]+$/, '');
  if (clean === '') return 'certificate';
  const stem = clean.length > MAX_STEM ? shortened(clean) : clean;
  return /^(?:ca|con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i.test(stem) ? `_${stem}` : stem;
}

function stemText(name: GeneralName): string {
  switch (name.kind) {
    case 'dns':
    case 'email':
      return name.value;
    case 'ip':
      // `::1` must neither begin with a dash nor become `1`
      return formatIp(name.value).replace(/^:/, '0:').replace(/:$/, ':0').replaceAll(':', '-');
    case 'uri': {
      const spiffe = /^spiffe:\/\/([^/]*)\/?(.*)$/s.exec(name.value);
      if (spiffe) return spiffe[2] === '' ? (spiffe[1] as string) : (spiffe[2] as string);
      return name.value.replace(/^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/)?/, '');
    }
    case 'dirName':
      return commonName(name.value) ?? 'certificate';
    case 'other':
    case 'rid':
      return `${name.kind}-${name.oid}`;
    case 'x400':
    case 'ediParty':
      return name.kind;
  }
}

/** Cut, with a mark of the whole, so that two long names keep apart (FNV-1a, 32 bits). */
function shortened(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return `${text.slice(0, MAX_STEM - 9)}-${hash.toString(16).padStart(8, '0')}`;
}
