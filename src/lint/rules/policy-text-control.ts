import { notice } from '../families/notice.ts';

// The explicitText string SHOULD NOT include any control characters.
export const policyTextControl = notice({
  id: 'policy-text-control',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.4',
  what: 'the text of a notice holds no control characters',
  cause: 'the text of a notice holds control characters',
  fault: ({ text }) =>
    // eslint-disable-next-line no-control-regex -- these are looked for
    text && /[\x00-\x1f\x7f-\x9f]/.test(text.value) ? text.value : undefined,
});
