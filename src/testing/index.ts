/**
 * Certificates for test suites, made on demand: nothing that expires lies in a repository.
 * Importing it has no side effects; nothing here asks, prints or leaves a file behind.
 */
export type { TestCaOptions, TestLeafOptions, TestPkiOptions, TestValidity } from './options.ts';
export {
  createTestPki,
  type TestCa,
  type TestIdentity,
  type TestPki,
  type TestServerTlsOptions,
  type TestTlsOptions,
} from './pki.ts';
export { seeded, type SeededOptions, type SeededTesting } from './seeded/index.ts';
export {
  startTestServer,
  useTestServer,
  type TestHooks,
  type TestRequest,
  type TestResponse,
  type TestServer,
  type TestServerOptions,
} from './server.ts';
export {
  verdictOf,
  zoo,
  ZOO,
  ZOO_NAMES,
  type Verdict,
  type VersionedVerdict,
  type ZooCase,
  type ZooEntry,
  type ZooGroup,
  type ZooName,
  type ZooOptions,
  type ZooPeer,
  type ZooProgram,
  type ZooTlsOptions,
  type ZooVerdicts,
} from './zoo/index.ts';
