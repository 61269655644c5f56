import { startBundled } from '../support/bundled.js';

await startBundled(new URL('./make-seeds.ts', import.meta.url));
