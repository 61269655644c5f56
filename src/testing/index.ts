/**
 * Certificates for test suites, made on demand: nothing that expires lies in a repository.
 * Importing it has no side effects; nothing here asks, prints or leaves a file behind.
 */
export {
  createTestPki,
  type TestCa,
  type TestCaOptions,
  type TestIdentity,
  type TestLeafOptions,
  type TestPki,
  type TestPkiOptions,
  type TestServerTlsOptions,
  type TestTlsOptions,
  type TestValidity,
} from './pki.ts';
export {
  startTestServer,
  useTestServer,
  type TestHooks,
  type TestRequest,
  type TestResponse,
  type TestServer,
  type TestServerOptions,
} from './server.ts';
