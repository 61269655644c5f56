// Runs the commands of a session in a folder, tells each change of a file before it is made, and
// dies by SIGKILL before the one chosen.
import { writeSync } from 'node:fs';
import { watchCalls, type Call } from '../../crash/calls.ts';
import { SESSIONS } from '../../crash/sessions.ts';
import { knownTo } from '../../crash/trace.ts';
import { workspaceIn } from '../../crash/workspace.ts';

const [root = '', session = '', deathAt] = process.argv.slice(2);
const tell = writeSync.bind(undefined);
const workspace = workspaceIn(root);
const paths = new Map<number, string>();
let count = 0;

function describe(call: Call): string {
  const path = 'fd' in call ? paths.get(call.fd) : call.path;
  return `${call.kind} ${path ?? ''}${'to' in call ? ` ${call.to}` : ''}`;
}

const calls: string[] = [];
for (const { argv } of SESSIONS.find(({ name }) => name === session)?.steps ?? []) {
  const stop = watchCalls(root, {
    before: (call) => {
      calls.push(describe(call));
      if (++count === Number(deathAt)) process.kill(process.pid, 'SIGKILL');
    },
    opened: (fd, path) => paths.set(fd, path),
  });
  const { exit } = await workspace.run(...argv);
  stop();
  if (exit !== 0) throw new Error(`mtls ${argv.join(' ')} exited ${exit}`);
  const known = [...knownTo(workspace)].map(([ca, { serials, revoked, crl }]) => ({
    ca,
    serials,
    revoked,
    crl: crl.toString(),
  }));
  tell(1, `${JSON.stringify({ known })}\n`);
}
tell(1, `${JSON.stringify({ calls })}\n`);
