// How thorough a run is.

/**
 * Of so many crashes one is tried. `.ci/soak` tries all: it sets MTLS_CRASH_EVERY to 1.
 *
 * @param usual in a run that somebody waits for
 */
export function every(usual: number): number {
  const chosen = process.env['MTLS_CRASH_EVERY'];
  return chosen === undefined ? usual : Number(chosen);
}
