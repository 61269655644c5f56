// Methods and paths that are asked for, by what is odd about them.

/** Those of rules. */
export const PATHS = [
  '/',
  '/orders',
  '/orders/',
  '/orders/7',
  '/reports/2026.json',
  '/a',
  '/a/b/c',
];
export const PATH_PATTERNS = [
  ...PATHS,
  '/*',
  '/orders/*',
  '/a/*',
  '/a/b/*',
  '*/health',
  '*.json',
  '*7',
];
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** By what is odd about them, paths in normal form: what is decided on. */
export const NORMAL: Readonly<Record<string, readonly string[]>> = {
  'a plain path': ['/orders', '/orders/7', '/a', '/a/b', '/a/b/c', '/health', '/orders/health'],
  'a trailing slash': ['/', '/orders/', '/orders/7/', '/a/b/c/'],
  'a query': ['/orders?x=/../', '/orders/7?full=1', '/orders?', '/?/orders', '/a?b?c=%2e#x.json'],
  'letters of another case': ['/Orders', '/ORDERS/7', '/orders/7.JSON'],
  'an escape that stands': ['/orders/a%20b', '/orders/%C3%A9', '/a/%F0%9F%98%80.json'],
  'dots in a name': ['/orders/...', '/orders/.a', '/orders/..a', '/a.', '/a/.json'],
  'signs in a path': ["/a/~!$&'()*+,=:@_-", '/orders/x=7', '/a/$1'],
  'a name that begins alike': ['/orders-of-others', '/orders7', '/ab', '/reports/2026.jsonx'],
  'a long path': [`/orders/${'a'.repeat(3000)}`, `/a/${'b.c/'.repeat(700)}x.json`],
};

/** Paths that programs read in different ways: nobody is let in by one. */
export const ABNORMAL: Readonly<Record<string, readonly string[]>> = {
  'a dot segment': ['/orders/../a', '/orders/.', '/..', '/./orders', '/orders/7/..', '/a/./b/c'],
  'an empty segment': ['//orders', '/orders//7', '/orders/7//', '//'],
  'an escape that hides': [
    '/orders/%2F7',
    '/orders/%2e%2e/a',
    '/%6frders',
    '/orders/%252e',
    '/orders/%3B',
    '/orders/%5C7',
    '/orders/%2a',
  ],
  'a bad escape': ['/orders/%C0%AF', '/orders/%c3%a9', '/orders/%00', '/orders/%', '/orders/%7F'],
  'a path parameter': ['/orders;x=1', '/orders/..;/a', '/orders/7;.json', '/;/orders/7'],
  'a backslash': ['/orders\\7', '/orders/\\..\\a', '/a\\..\\orders/7'],
  'a sign of no path': ['/orders/"7"', '/orders/<7>', '/orders/{7}', '/a|b', '/a^b', '/orders/`7`'],
  'beyond ASCII': ['/orders/é', '/ａ', '/orders/\u2024\u2024/a'],
  'no path': ['', 'orders', 'orders/7'],
};

export const ODD_METHODS: Readonly<Record<string, readonly string[]>> = {
  'a method in lower case': ['get', 'Get', 'dELETE'],
  'a method of its own': ['PURGE', 'M-SEARCH', 'PROPFIND'],
};
