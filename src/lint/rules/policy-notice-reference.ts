import { notice } from '../families/notice.ts';

// Conforming CAs SHOULD NOT use the noticeRef option.
export const policyNoticeReference = notice({
  id: 'policy-notice-reference',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.4',
  what: 'a notice does not refer to another text',
  cause: 'a notice refers to a text that no program has',
  fault: ({ reference }) => (reference ? 'noticeRef' : undefined),
});
