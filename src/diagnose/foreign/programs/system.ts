// What the system says, through any program.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const ERRNO = 'https://man7.org/linux/man-pages/man3/errno.3.html';

export const SYSTEM: ForeignProgram<TroubleId> = {
  program: 'the system',
  messages: [
    { says: ['Connection refused'], trouble: 'refused', source: ERRNO },
    {
      says: [
        'Connection timed out',
        'Operation timed out',
        'handshake timed out',
        'handshake timeout',
      ],
      trouble: 'timeout',
      source: ERRNO,
    },
    { says: ['Connection reset by peer', 'Broken pipe'], trouble: 'reset', source: ERRNO },
    { says: ['No route to host', 'Network is unreachable'], trouble: 'unreachable', source: ERRNO },
    {
      says: ['Name or service not known', 'Temporary failure in name resolution'],
      trouble: 'name-unknown',
      source: 'https://man7.org/linux/man-pages/man3/gai_strerror.3.html',
    },
  ],
};
