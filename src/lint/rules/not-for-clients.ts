import { askedPurpose } from '../families/asked-purpose.ts';

export const notForClients = askedPurpose('client');
