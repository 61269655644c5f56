// Compacts the CAs in the folders given, one after another.
import { compactJournal } from '../../src/store/compact.ts';
import { clock, openTestCa } from './support.ts';

for (const folder of process.argv.slice(2))
  await compactJournal(openTestCa(folder).store, { clock, lock: {} });
