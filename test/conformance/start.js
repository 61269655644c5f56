import { startBundled } from '../support/bundled.js';

await startBundled(new URL('./run.ts', import.meta.url));
