import { askedPurpose } from '../families/asked-purpose.ts';

export const notForServers = askedPurpose('server');
