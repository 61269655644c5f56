import { constraintForm } from '../families/constraint-form.ts';

export const constraintOnEdiParty = constraintForm(
  'constraint-on-edi-party',
  'ediParty',
  'ediPartyName',
);
