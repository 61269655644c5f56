import { notice } from '../families/notice.ts';

const MAX = 200;

// The explicitText field is a string with a maximum size of 200 characters.
export const policyTextTooLong = notice({
  id: 'policy-text-too-long',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.4',
  what: `the text of a notice has at most ${MAX} characters`,
  cause: `the text of a notice is longer than ${MAX} characters`,
  fault: ({ text }) => (text && Array.from(text.value).length > MAX ? text.value : undefined),
});
