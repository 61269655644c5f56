// Issues certificates under the CA in a folder, one commit each.
import { openTestCa } from './support.ts';

const [folder = '', times] = process.argv.slice(2);
const { store, signer, leaf } = openTestCa(folder);
for (let i = 0; i < Number(times); i++) {
  const certificate = await leaf(`p${process.pid}-${i}`);
  await store.transaction({ signer }, (tx) => {
    tx.issued({ certificate, profile: 'server', outputs: [] });
    return Promise.resolve();
  });
}
