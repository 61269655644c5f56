import { defineConfig } from 'vitest/config';

// CI adds up what ran; it names a folder for the reports.
const reports = process.env['MTLS_TEST_REPORTS'];

export default defineConfig({
  test: {
    ...(reports !== undefined && {
      reporters: ['default', ['json', { outputFile: `${reports}/${process.pid}.json` }]],
    }),
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/support/seed.ts'],
          // No measure: only so that a busy machine fails no test
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/cli/**', 'test/interop/**', 'test/conformance/**'],
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 120_000,
          // Transcripts run programs, and more of them at once than there are cores only wait.
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: 'interop',
          // These files share a port, and machines with two cores
          fileParallelism: false,
          include: ['test/interop/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
