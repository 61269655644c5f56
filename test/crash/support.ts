// How thorough a run is.

/**
 * Of so many crashes one is tried: fewer where somebody waits for the run, more in `.ci/soak`,
 * which sets MTLS_CRASHES to `all`.
 */
export function every(usual: number, thorough = 1): number {
  return process.env['MTLS_CRASHES'] === 'all' ? thorough : usual;
}
