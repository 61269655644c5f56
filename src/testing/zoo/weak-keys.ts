// Keys that no source makes: weak ones, and those of curves and sizes that mtls does not offer.
// They are public, for everybody reads them here. Never trust what they sign.
import { fromBase64 } from '../../base/bytes.ts';
import { privateKeyFromPkcs8, type PrivateKey } from '../../crypto/key.ts';

/** PKCS#8 in Base64, read when first asked for. */
function weak(base64: string): () => PrivateKey {
  let key: PrivateKey | undefined;
  return () => (key ??= privateKeyFromPkcs8(fromBase64(base64) as Uint8Array));
}

/** Not short; an issuer for signatures that are the same every time. */
export const RSA_2048 = weak(
  'MIIEuwIBADANBgkqhkiG9w0BAQEFAASCBKUwggShAgEAAoIBAQDCYH2iLENLdQ7LwIV9xKUipk5jQahZ5jEJo/Wp9UMd' +
    'qGI2msktsMuAWP2Eh59z6HA11DcZlVj8EQNFk7cZC62qJzPlVaEviihr8lrZHK42XYO8ztsv+zeEBeIDzSIgwwY0Fp5O' +
    'nnBTFtieV5leFIqBUcJPPM5OiFFCJ26XSXMPgNg1dRRmTP+9eTzOsNE3jQpfjRY3nXNYuqsC9qi96PnuKI282P/2TOTN' +
    'wik5/BWWoZLbBAPES+9fwsNn3yRl92vOJK/S1y3cfdphbn8TZjqu59J4ZBe8MohMsan4G3qAZ9/yf4DSptNiuO9y/xv3' +
    '4WC2+aQ7L6nOrkgQcKgKbqXHAgMBAAECgf8mli8SXokkzYe5YTZ0N00ugAnHdfkWik0ksHuD32D9VEihHtD4j9F6U+Fv' +
    'm750wMOS8psRSyUJxEm0CYSrgUoZQhgR19o00NyKuL/Ter1CNP970SuyC/ho9NxFOj89Yo2J8QCqMcMuUm5sl5TG8QtS' +
    'yCNUniAHuKwaJxxDVT22tQE9Lb/TKwTbEul9fP+3aHIDs7Q56fYB0g2NJG9yK0OlTo+nkhwCL6Z+DVudyiSiLs0yVsD9' +
    'zRMAHza8TvVTZv7GysfsE+Iu+QjBpvEBF9nQtRwiOZNnbac4BYP6bztb24MnPqPJf264XfwqF+9dHml/zdmlMbRZcMrV' +
    'SCfrEXECgYEA7IZgxijMULwJUQsxMJzY8+kyjEwd0VeIGSKmmcIAXnbAJ4nlfHv5GPtpgr5rA7g2fNSSO+MRUBIR49zP' +
    '6WPxWFTrqWOY5VqFfOknJQPlWAuihseJwc6/88Zc+4SmVPlWVzV98qu8UPxikPqUO0bJgK8zcBwiVtgeOjMYuA3iNl0C' +
    'gYEA0mGwx8OaI+grmd/21bEx2hT/egHUtkslWeJMxHbtS81lCDvYSWhOSAQmxdwVQI+JkpBUEHwDApiFbbGhsVrhEYoN' +
    'Rb4ZScaBFbpPlxO4gls6LVzjzqBRGOKkKaxITVFGPFlar7QLHVR9LpX82NWiLL1SIny61eiHNAJtTem5gnMCgYAX2iFO' +
    'OnUIOz4xRxCp11dlmYG4dkCXiN03s6/bV54T6KPOGPDkkdf39fqY7bz6/gu4oPMySN7JFVlqgi0RWzvObZnqVhnoHy3Q' +
    '/+4rpG3vaBT2xI6W1dOzsLBVyPXBIffcCY/u9fSisiD6f9qM88GEUaa9SokH+vlpYxe+D+BdHQKBgDueS4aQu8GpLZHx' +
    'kfWEvWfbw3pDwo/WQ8NxCegy+5QbpKHss6I52NU3t/UiJTOieY37MJdrTT8TEdzAFd44rsdVo+U7tdbeVf5eSee6QvNN' +
    '/vKT/Eq1y8WNlI/qrqKagZjgiX55Ox0YsFDfWEPqZobfL8NuLVQpDQeEGI2XymZZAoGBAMifyvd4O/uTxOSsAHzmibn9' +
    'B2toR4oRSa2OyS4v/Dh/8d0BOFJohQIOqdxn4Wrd9NsWs1mJlBa6reS4BjEMOSjwTfYG8myjAu8micFVqLyn/0gt299M' +
    'mV4CALFEdtmIwy9omEgtqK7Cdmq/0GcFNRWuWnsiAp75PdK1Bl8HUF21',
);

/** Below the 112 bits of security of NIST SP 800-57 part 1. */
export const RSA_1024 = weak(
  'MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAK3k9wow1DM98cTTeZNF5qJjhChp2raiPF1IScwuzHK+' +
    '++Uj8eY11oVucRK6V4vP+51aa4xlOJw/97/xrZvEYG/+aU0uL+fqBaNI5DpCs8PV+7mHsNa1a5+eLLUzqWnYmRP16QzX' +
    'zOT0m4qmtaWmTd8eLjNM5yAeDy0wuI1I+4XjAgMBAAECgYB63KsuqBFFox6O0luzkk/BrE5Tv3aoUzgTMF/zw5zv9cBD' +
    'xYHEBYXsAHwjn0T7o5dDNf+G0n2M6CVDmJ3w0G7Rh9PiT2Q1SulPm6XLChfUY4SpBy+cWpnzJYmJLvJpDga7Oy1BkWgh' +
    'v8SB390n0/q3rmWg5Yt7FhPhIjoYJIu3AQJBANgNMtd6T4ERg+/qjI75KrHWASJA0PwtaNQrydKJATCPw7eI3I8sQvWi' +
    'll/wdFDR4vu2DkzjRpOtMgAEJYKOVn0CQQDODEHF9GARCH+QO3R4RMeE9bTK2idIEbtNphRJ+Yf36nqENhmlR1w/KLaC' +
    'CwhfBhfcP3JAWDxt0PUNhkLOixvfAkEAurs1nR1eh9xen0amc5ARgaDIXBWPStXoi7DI/8lgGNu4ufF1R91mhi0fMQ5/' +
    'SbcOKqXgWD37Kvn/hBoRXXSudQJAHSkY6eYS7nYwb34qlpbNUeDgLFFBe+6efnfBqVJ6TrjNjAaIDJ8TzBB7+92J2sDn' +
    'AZGtHrQeIUCQXdChhc+kKwJAEAVo5BzevQFc9RonvZCJLefLr5XrFUHf5oIinFCEiUD8KLPaFGWKLbgbpAoD9QZlP6mO' +
    'IuKAF2kNcMlEki9Cyw==',
);

/** On the curve of cryptocurrencies, which TLS 1.3 does not have. */
export const SECP256K1 = weak(
  'MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgYPxOlba0avru15AqQEA4jicWxbzL+au3n9JwIzV2HOChRANC' +
    'AARszivfSvZlIb+eLL6PMxCmliN/RTlWhJGT0/P6PI4pOX7YK2eEljA7kD8RSkQa4VlqX4Zw2U1XMDLASgbg5SYa',
);

/** On a curve of 112 bits of security, which TLS 1.3 does not have. */
export const P224 = weak(
  'MHgCAQAwEAYHKoZIzj0CAQYFK4EEACEEYTBfAgEBBBwLqWZ42ohQl0ADGtizXeBvhmATIc3bBxl78v06oTwDOgAEoVxA' +
    'g5FhodmN7YhjwqCJg1+6VbmQzUi255D9uPWxb7+mtwCJnBfsNWhwGMMLtfSxDztfhykaSI4=',
);
