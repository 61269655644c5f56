import { startBundled } from '../support/bundled.js';

await startBundled(new URL('./table.ts', import.meta.url));
