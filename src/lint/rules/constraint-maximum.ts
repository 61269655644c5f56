import { toHex } from '../../base/bytes.ts';
import { subtreeRule } from '../families/subtree.ts';

export const constraintMaximum = subtreeRule({
  id: 'constraint-maximum',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'a name constraint has no maximum',
  cause: 'a name constraint has a maximum, which programs refuse or ignore',
  fault: ({ maximum }) => maximum && `maximum ${toHex(maximum)}`,
});
