// The modes of Cilium's authentication; its third one refuses everybody, for its own tests.

export const CALL_MODES = ['required', 'disabled'] as const;

export type CallMode = (typeof CALL_MODES)[number];
