// The program as the transcripts run it: the bundle, with the clock of MTLS_TEST_NOW.
// The program itself knows no such variable.
import process from 'node:process';
import { run } from '../../dist/main.js';

const now = process.env.MTLS_TEST_NOW;
delete process.env.MTLS_TEST_NOW;

await run(now === undefined ? {} : { clock: () => new Date(now) });
