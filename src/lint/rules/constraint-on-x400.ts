import { constraintForm } from '../families/constraint-form.ts';

// Conforming CAs SHOULD NOT impose name constraints on the x400Address, ediPartyName, or
// registeredID name forms.
export const constraintOnX400 = constraintForm('constraint-on-x400', 'x400', 'x400Address');
