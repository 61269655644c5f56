import { subtreeRule } from '../families/subtree.ts';

// DNS name restrictions are expressed as host.example.com; the leading dot has a meaning for URIs
// and e-mail only.
export const constraintDnsDot = subtreeRule({
  id: 'constraint-dns-dot',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'a DNS constraint has no dot in front',
  cause: 'a DNS constraint has a dot in front, which programs read differently',
  fault: ({ base: { kind, text } }) => (kind === 'dns' && text.startsWith('.') ? text : undefined),
});
