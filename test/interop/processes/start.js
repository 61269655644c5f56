import { startBundled } from '../../support/bundled.js';

await startBundled(new URL('./main.ts', import.meta.url));
