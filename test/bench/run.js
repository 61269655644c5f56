// All measures, one after the other, for they would disturb each other.
await import('./start.js');
