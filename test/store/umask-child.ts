// Writes a folder and files under the umask given.
import { join } from 'node:path';
import { writeFilesAtomic } from '../../src/store/atomic.ts';
import { makeFolder } from '../../src/store/folder.ts';

const [folder, umask] = process.argv.slice(2);
process.umask(Number(umask));
const inner = join(String(folder), 'home', 'inner');
makeFolder(inner);
writeFilesAtomic([
  { path: join(inner, 'a.key'), bytes: 'a', mode: 0o600 },
  { path: join(inner, 'a.crt'), bytes: 'a', mode: 0o644 },
  { path: join(inner, 'b.key'), bytes: 'b', mode: 0o640 },
]);
