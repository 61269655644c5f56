// All measures, one after the other, for they would disturb each other.
import { startBundled } from '../support/bundled.js';

await import('./start.js');
await startBundled(new URL('./verify.ts', import.meta.url));
await startBundled(new URL('./hostile.ts', import.meta.url));
await startBundled(new URL('./testing.ts', import.meta.url));
await startBundled(new URL('./doctor.ts', import.meta.url));
await startBundled(new URL('./store.ts', import.meta.url));
await startBundled(new URL('./compact.ts', import.meta.url));
