// Generated inputs are the same in every run, so that a change is judged by what it changes; the
// soak chooses another seed each time.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env['MTLS_TEST_SEED'] ?? '20260301') });
