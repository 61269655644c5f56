// The program as the transcripts run it: what users start, with the clock of MTLS_TEST_NOW.
// The program itself knows no such variable.
'use strict';

const { start } = require('../../bin/start.js');

const now = process.env.MTLS_TEST_NOW;
delete process.env.MTLS_TEST_NOW;

start().run(now === undefined ? {} : { clock: () => new Date(now) });
