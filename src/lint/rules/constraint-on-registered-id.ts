import { constraintForm } from '../families/constraint-form.ts';

export const constraintOnRegisteredId = constraintForm(
  'constraint-on-registered-id',
  'rid',
  'registeredID',
);
