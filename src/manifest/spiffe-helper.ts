// Settings of spiffe-helper, which writes the SVID of a workload into files for programs that know
// nothing of SPIFFE.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { hclString } from './hcl.ts';

export interface HelperSettings {
  /** Socket of the agent. */
  readonly agent: string;
  /** Where the files go: tls.crt (leaf, then intermediates), tls.key, ca.crt (roots). */
  readonly folder: string;
  /** Whom it tells, and how, when the files are new. */
  readonly renew?:
    | {
        readonly signal: string;
        readonly pidFile?: string;
        readonly cmd?: string;
        readonly cmdArgs?: string;
      }
    | undefined;
  /** The roots of other trust domains too. */
  readonly federated: boolean;
}

/** helper.conf. Throws BAD_OPTION for what HCL would read otherwise, and for no signal. */
export function helperSettings({ agent, folder, renew, federated }: HelperSettings): string {
  const quoted = (text: string) => hclString(text, 'helper.conf', '/etc/mtls');
  if (renew && !/^SIG[A-Z][A-Z0-9]*$/.test(renew.signal))
    throw new MtlsError('BAD_OPTION', `${quoteForeign(renew.signal)} is no signal`, {
      hint: 'give its whole name: SIGHUP',
    });
  const lines: (readonly [string, string] | undefined)[] = [
    ['agent_address', quoted(agent)],
    ['cert_dir', quoted(folder)],
    ['svid_file_name', '"tls.crt"'],
    ['svid_key_file_name', '"tls.key"'],
    ['svid_bundle_file_name', '"ca.crt"'],
    // The roots alone are trusted: nginx, OpenSSL and Node end no path at an intermediate
    ['add_intermediates_to_bundle', 'false'],
    ['include_federated_domains', String(federated)],
    ['cert_file_mode', '0644'],
    ['key_file_mode', '0600'],
    renew?.pidFile === undefined ? undefined : ['pid_file_name', quoted(renew.pidFile)],
    renew?.cmd === undefined ? undefined : ['cmd', quoted(renew.cmd)],
    renew?.cmdArgs === undefined ? undefined : ['cmd_args', quoted(renew.cmdArgs)],
    renew && ['renew_signal', quoted(renew.signal)],
  ];
  return lines.flatMap((line) => (line ? [`${line[0]} = ${line[1]}\n`] : [])).join('');
}
