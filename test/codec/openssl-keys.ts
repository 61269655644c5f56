// Private keys as OpenSSL 3.0.19 wrote them. TEST KEYS: published here, they protect nothing.
// The hash of each public key is OpenSSL's own: openssl pkey -pubout -outform DER | openssl sha256.

export const PASSPHRASE = 'mtls-test';

export interface OpensslKey {
  readonly form: string;
  readonly command: string;
  readonly encrypted: boolean;
  readonly description: string;
  readonly spkiSha256: string;
  readonly pem: string;
}

export const OPENSSL_KEYS: readonly OpensslKey[] = [
  {
    form: 'EC P-256 with its EC PARAMETERS block',
    command: 'openssl ecparam -name prime256v1 -genkey',
    encrypted: false,
    description: 'ECDSA P-256',
    spkiSha256: '93a7c6cbfb8837e22232f280ca67e691afc82922433f3e49aee43ccb4b2a7284',
    pem: `-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMgMoVW2s9Wr322tTMryhE6EnxlbdwoOSQTWjwp70NzGoAoGCCqGSM49
AwEHoUQDQgAEnK/0azoFLMQU+JOGEYKqeGLRPW91clbC7VOJh6lofg6EvB7SzmMV
PQC18dlZfKXxz9QM//aAyAGPy9d2/Rk+6A==
-----END EC PRIVATE KEY-----
`,
  },
  {
    form: 'EC P-384 SEC1',
    command: 'openssl ecparam -name secp384r1 -genkey -noout',
    encrypted: false,
    description: 'ECDSA P-384',
    spkiSha256: '3590123e3d2c2268ff48ac4df6414523fe304189bfef78a447ceeb1c0d40fbec',
    pem: `-----BEGIN EC PRIVATE KEY-----
MIGkAgEBBDByetd+GeBKBj+C0ZLmjWHXQyG7REGYNFkJcYpQoA7faU/NMeWfZ8k9
hxpdqfeQj3egBwYFK4EEACKhZANiAASGgNSrk1ei71glBisK/00onSesTHr3XRr5
Be81ZFhQH2jiZOisPQosh1GBG9SUZiA/IK+61XQu1hN8ppkm747VEm9v8h5qkfnw
qng7DDLsqvnkpSMPcGZYprKZFb2gKj0=
-----END EC PRIVATE KEY-----
`,
  },
  {
    form: 'EC P-521 PKCS#8',
    command: 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521',
    encrypted: false,
    description: 'ECDSA P-521',
    spkiSha256: 'e19d65badb91a199845e6060eb02be8f4acd01697f6e26a7984b27ba5bc1262a',
    pem: `-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBNsxycBCUmDMSAPR7
R6rga2v7eqld8ofH1AukSZBRQ7UJedcnpl391ZYIDQznhC4rxvw2Jm+10ZgPCc9/
0Zd4fc2hgYkDgYYABAFEtZDRi7dFs+4rGPU8B4hB7HrOMd2rFrQPq2apvFvNFE2s
OqEXflyk9KR+QxXWHnB4OPL4lkCL+RfmsH4bgRkofAFQ61wDzvc1mkTjHplhkBfW
DWbkvJbOOosONKa1cQwaN2tEURhrAngstW9RL5kOCtVLOhYx/PmHCMrqxzLEJbcC
EA==
-----END PRIVATE KEY-----
`,
  },
  {
    form: 'Ed25519',
    command: 'openssl genpkey -algorithm ed25519',
    encrypted: false,
    description: 'Ed25519',
    spkiSha256: '2c59f7ebc4c01afcc8873e9ba3efa279cd421bf30a33d7402d378def1d10e8dc',
    pem: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIC9lQgsAbCYJvbQ8Dl/0vUIzFta89MYfG0qFrwSzKWZJ
-----END PRIVATE KEY-----
`,
  },
  {
    form: 'RSA PKCS#8',
    command: 'openssl genrsa 2048',
    encrypted: false,
    description: 'RSA 2048 bits',
    spkiSha256: 'e65771cad9059bb71f2f7684b6ca361cbe953c214dc0bffb14195c8618d8d628',
    pem: `-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCte+qmXzyuCGn4
Kegu70LoVGDEXNilRWbz5rgkYsewhab3NVtrYcMsiclZlS54G6QuK1+D/jCQqCnA
gqXsLNQuug50pO49FWUH3gmHF88KEFxkiCYumyXbhyJkFz7s5NsIrcsHo/KoSLYg
Ir+jtAIPoED29/Ho9vNHO1MNMICJli8PpOBrAomtjkzBs4ctomSSh/WwkJdDk3DW
bbwY49V4wK2FxEmHjyAldPQX5tomBTkz1KPKzJrt0JKUQ5rYc5YVHIZXwvfpSdT4
5Apc0CYVCUgr6CWgzq4vZT9Yx8Y40F8bRC9t/WusoK56sarXf/6VauTLjayCuIbC
KnoU1vPpAgMBAAECggEAHokqtskZpapeeKtrrmM33CwJ8lZDXefW5MRuEh1+95+2
0VmHc2G8WGkSU13SVZrL7cJ9p/6Ebtniq3tzmBwV5vmh1L85HfBXnahj9e7nZuaV
VK6wRdDSO49QKtz6mvj3YtIwY/JkImHWCNcE81waZsS22qGu52ocTSPwjOhGH7FQ
dTHUUiMdMKXSf6tbJkLKsLbzQPty1FoOj/hJvPVd2OdxMzWQgQyedUQKdBGQhlSB
q+H4MvgkzzP2LE0d1YHbLoUSdvqQGBPlqop9F+fZunX/ddMDH6C1sLi37JaJ3qFi
JankXehJXio6tt3SjqpVaCjyoDlIxkpRhRF9msmCFwKBgQDtZTXiXhwY2k3Vyzva
vlVZOzQGuX+OyWOkx00WMOpZPuaoGRpcCTmv2KDh6/JSljQCBHa/qTveW2y9yxVS
8Tn8nonUENU7jkiUILD1mVWpS+YGPYR0oixI44neEK88gUPMuz98gOxh1kZpgGMg
pF5YuCv5K1mNGjfq0MXL6JctbwKBgQC7FHkwfo9OZidlKigeM4nJL4AkLxNYZXvX
VQxCgEdGF8H8C3pA97Cgfk5poR6PTyuSXWP+Aj6NVrsa/E45SWwHBL4mPfwJgQ3M
M+2gi2ZM7prBCrrMLV00NVVvTOa9PnCUv6T13NctRLw6raomz77QB6XDuzEG4k2X
1wGe9C14JwKBgQDrCYfeBXsgCBOEFuG94zAxVnJeLg5i2nVzUXe6/tcnYSWRTLlS
YjfhKEOxKqASsG/xh2XiwLVro2z4RDdqlTbqLDUd50SW4HpvXiaWIygyo9isWP/p
Uh8yU0XOvQoih4EPFFz48dQX0cSI8/ow+UwH3uB6pDbXgxvVurn69t+mtQKBgQC3
02VF5oZQRgad3G+xRXk1rCwg4fUDXizzKQmz6rKeSEf/rxOA9SGkgpfwKTaLIQMy
ffv8Ix5t6XRPDu6aUfAJcXqavzuB50K0ja4InBF4tNhxqWZlrImx/Fon1IvCFrGv
KCUixc7WF31Rt0XDf00CwxD6JF0HY6VU9xsLoulu7wKBgQC3mBTYeZp+52+IBEZy
IBDcWgAWuNIaIJnvcm0CIKCJW2seID2YUXKq7HVxA8pcUWmKJYQU0TmY6IvOw1Zg
IGwixMbsGtVDKXm9LQJ8IoAouU6+zSzILINVNpwIX4maJRvmsHjRu7cE0DfbpRtT
+AjxFqbBbL65xTChNOosklurig==
-----END PRIVATE KEY-----
`,
  },
  {
    form: 'RSA PKCS#1',
    command: 'openssl genrsa -traditional 2048',
    encrypted: false,
    description: 'RSA 2048 bits',
    spkiSha256: '94f460a630bec6805c23d67a4c8be5b80acdd47b2fdd8079d92e9c8b120bef91',
    pem: `-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAq1wd0feAg2thQhIM1QUtsdsuvJIa+zdAUcsoQmwDvPOFCKEn
xPO5NPUy+BSVAv4vTbUPP83Pgse3BUc6YDlze2pXYwsd9W8KUZTq7PZytiXAtied
rXle4gUBZMPKlwUxjQsZQ1MS8mfTHT0EvTC0IGn6h7CQKClNEvkYcXG2xGNYmyog
IBkvwEw4FFMRLUuQK8KG6MPWOJbdN+8T2KpwyrhYmvLSkPyLG/pNBAKAwk/vvkB7
AczptEwI6AkG82/tcnNjnr6LaH0LDqjeAFHNjuZd76oo+ypEUVn00bY4S4Dr5wGZ
9FBaq+6b5WLodZUGbFIAJzCvR8eyv4GXRSmOyQIDAQABAoIBAB+WloSrHEydkcst
KqJmFvtPTTlDsaeXksrBKYW9BZ9iQKbLllovF3gUrzWeDa4Ej1HCy7HWTadtC2b0
r2UnkgsxGjTOytIAiyVozzmpYJIFOZYajW16DyyZAZ3Cneji8zRt1FVdzgNTck5U
fjgl7z5+aslymdBddLDHrGLVNHzVCjsttUPThe5dN2TMOq0QpL3XWgY8dHHnalxj
oTN31HRBPcapz2MVTX5CGOZQJq6Iumor8Nv5WJzZLEot5eawGCnE4vHs2A9/+qkB
Z6IO/EyzMx8AZ3gP4A/vJsSM3N3XYiFCTBjKw2TcqobB6IYvt8I868cm7za/I0B3
wUpFANUCgYEA0bX2chTdfU/PPr1oa88sHguSRdGynHG6VRn+pSwV2CkVFn1h8q0e
+Nj9FVIInFk1tvMYa3Cn6xq93K/xgmSP87lZtPbvzGXvezXTyLpsJAmQ34725jqt
mV6nTSOA0hdMx/lLYkJ1ofH9wGSN8dpHZmTRdHVoke4YNuRiFZW/EM8CgYEA0S8S
kjsbR/B5diZrg+xS/BXjVhkyhbyGBvzGzVRCNcFzaPAp88TUC2/madgN1Ri9eRZK
LTFcKWEAxFY4ciGeKVyahnuRFSmVrKUa/1+mwwT5RvtmRDRDc4oZGGB4HmAFGTa+
5eX2272bAd6yGWuZRpCWxiLA1q/8cm9DqZCZXOcCgYBR4b+ROa5lwGTGNYRxG9o4
/QGm+0LHLOy5T8YKzhTVau0N8/TroUcHmQnwajBsg7Sic3akdL9L4AwkABrHc+Z1
Hnj1XLmy0FZagGDp7khNJeMINzUWHfEsgjXGu8cPwQM8zYzul86AZhFTLq/xr+3T
ACh8VV94I0QXIsNddDO/JwKBgBZS4bZ9XFH3Fd9IBl1T0R9Z7qL3mW6wSdVhEI5F
GbPG61wdlTyQmtiFnp9ZEVDWjRHpEQ11oRJBaeWKFggIEmrzmQIVGcyaXYDJNfJe
8NsLItcyaR2KPlCMQlVZpjgHo0OnlgPO4ONefrZaX8NaukbPk2edudqveU91FFF6
PwOtAoGBAM9Ngfm1Fd4uhJbKJXd0KgK2zzRniOCehVnrFngx2ygc/A2tLd86jWcW
U5Jp3Pa74zJ8TFDH3ZpyrKt/pfqigYVIUMegN2Vc3gf8+YyKz7z92/VfMUtTcx5k
DNv2F/XfON3sWaSTXFcUkCRvTyOPATBvcs6jfCDPakPGtsR9Tjv3
-----END RSA PRIVATE KEY-----
`,
  },
  {
    form: 'PBES2 AES-256-CBC HMAC-SHA-256',
    command: 'openssl pkcs8 -topk8 -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjITq9WUsLsRQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIRtyk7o39iTG9K7WvW3AWgEgZDf
S/jJcf2/dReA0gjxVQXUGoYjMbH7YCnBLdkIV9JXkXbTmnCMPRHYHqnDT1xwbes+
povOb1f6E4qBUUUbEYcIhskRuBfpn6BVMG0Bg6F6Cu4BYOLVyiWdyBFNMlscvMfT
mpvBkkyIATezAD2nEwNUO1mtWL8z0klaH9GQYGhOgjoBaU+A7wlwJ7m2Lf3Vt5Q=
-----END ENCRYPTED PRIVATE KEY-----
`,
  },
  {
    form: 'PBES2 AES-128-CBC HMAC-SHA-1',
    command: 'openssl pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHeMEkGCSqGSIb3DQEFDTA8MBsGCSqGSIb3DQEFDDAOBAgPgOlPFaX9zQICCAAw
HQYJYIZIAWUDBAECBBB0CaJ3uszgUvszAmkwnVJuBIGQgk/ePitdC3wz/163ysaB
UIwFP2g6+wV5nV66sp8vOSaZYvUjvstXwFybbGOiAx+DJinyJfhCDshZrVk2t6K4
RHSSmFaeHdn9/7HUxWcR154maRRGWHkDZpt58Fo8L5NezU8awjlm+mOL7Pm4F+yq
+4zaBEg5QT43uq9CSHxwH5GbP75vtSdlYbDr5EP1GfEt
-----END ENCRYPTED PRIVATE KEY-----
`,
  },
  {
    form: 'PBES2 AES-192-CBC HMAC-SHA-384',
    command: 'openssl pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA384 -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh7jwbBuxeM6AICCAAw
DAYIKoZIhvcNAgoFADAdBglghkgBZQMEARYEEG4UK/+CjonoUiUhlqNmkHEEgZBo
WhbIFMe6YUcGteR6Gw2PUJ3Q4Tl90aE+1fWP21agWt2+xvvMIaX5jR++0CyZYegp
687sKmiYSsqjytVsfa4nL8YgPCkTaeNGYDrGOS0fxh+kLSAhvFONq1IJTLCtQPrV
b9qotdy4WuuMzboKSz2kKLuWUtQEv6kd7uYupb/SOL2BKzslwPiMi6J3poxAFUk=
-----END ENCRYPTED PRIVATE KEY-----
`,
  },
  {
    form: 'PBES2 3DES HMAC-SHA-512',
    command: 'openssl pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA512 -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHjME4GCSqGSIb3DQEFDTBBMCkGCSqGSIb3DQEFDDAcBAjSCh279pE7GQICCAAw
DAYIKoZIhvcNAgsFADAUBggqhkiG9w0DBwQIYpr9G8LgrSIEgZA61O1fPQQo+yWZ
xZby1B/P3c8kCLTKmK5+NY3BWxcCMjLA9B85gibpRfiCgBJJVIbOGr3A/hfrjoDW
5WQ+4UNgwkDv6cOGRh6nIkA0zVl7BYDDaWdOSoydqBaybEkmTKVGG0Rrdw/gAIPn
HZctm12sOWWuJgGzPGxgt0mJdhJJVfyHDqirsKUaBV4Wp1OE47o=
-----END ENCRYPTED PRIVATE KEY-----
`,
  },
  {
    form: 'PBES2 scrypt',
    command: 'openssl pkcs8 -topk8 -scrypt -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAg5/wxRl3UYhgICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBCOxNNlwMnUsUE7dTBWHiarBIGQME3exzVY0A+M
qP6Pya6tdapVT75pRryBWCWSj6fOkcB6th5prNkZLMWaMzQnFDv1Soj0JhOBCJmP
CSzVdEd6SUFaBDkoHAc3lk0Yt4JQRroLo6xW/P6VkkwbeJ5btcGqRfC0+5V+FkcJ
wF9m0luA9nZPwMEdqYDAHQBBFG/jljvKh/1aEQrLsh8gUY5gJnyA
-----END ENCRYPTED PRIVATE KEY-----
`,
  },
  {
    form: 'traditional AES-256-CBC',
    command: 'openssl ec -aes256 -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-256-CBC,1957F44D32503B96AB3D00894F671A2F

MV0oyf2oGz7M3WuxXJnA0ZOX1oGB55+MN3K+0o6xDDowV2oG3KJrqlJ0JhRoV1kO
ATNVWKSObe6/rBP6PCGNpSlaAINxCWhKfLJAlrHpkGUSawhV41mJDDbYQHkV+tdE
zs58+jP/SrjzyLnB7cxeEQF96ghUuxsGsWn+Amk6kFw=
-----END EC PRIVATE KEY-----
`,
  },
  {
    form: 'traditional AES-128-CBC RSA',
    command: 'openssl genrsa -traditional -aes128 2048',
    encrypted: true,
    description: 'RSA 2048 bits',
    spkiSha256: '2e3edcd8ea1eaf90704259239684a108dc8556acd6905b8530a90fae61960240',
    pem: `-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,79C5DD944AAB979224E9A446B1A09BFA

bkHC6+VxJOw/PvRRd/ojW+dobgbNbd8DUSNAimrnhQEMmjdIG5sRVv8uNlLLr1+x
BRpJA0JgOiY6O6zntfm5LsP0K9rJb7KcqK/1wCrgy5HenknjKOknjBk6LIoMe/SY
+rv9du1hN8U1NmI7M/wnnOJBnvvd9vmblDl5DzTW8TXvNteFGlpcK2Ssv9IlZHEa
NmdxiPMsKsBn+wxOQabpH9emCjF7CjXZeABWdoaonCHFbFllT8RW3EBwq/2NmAOC
tCPuRguqthFx4mHls2Loxm0btnnZpo+73/bAobYBboGyC8Yx9VEmMIdRMmq2uC6C
upPigr7t00P1SuKIs5lvaY6HJMSh3NzBlL6/UJGhpMg08JeDpncCJ3gfZ1PY5Ma/
ztN+ZhKfoeJ5CFKDT3Wo1mSCrONvud2yyqDYHbOj+4OTZXMdpv5squJ+PXHMwC+t
nNJKwZm718C26TThAPdV+LT2sk/3O2urbiAw0LGBvRvG2v5iNgjpn0Z0zKVmva+c
ABMlkn1Cj3r0xrvFiAVbtyS5gRwctlK2eYkirsm0/fXUAcobE3W3W4gUi2Cf2kzW
sqVdHFhwmBSkf9L6phy2ay+z6IU532UxGq29fcSVfgMe5BSg7Sa/lu/1WjmuwQwJ
yfGTKKPSRLzXgLraOnYqQDbpHRdl/4xu1k/9Mu6f4rVB+AwoHTwL6HLUU2YJ2TSy
Ns/spSuCQLEijWc9j/At1mCB5i0HBi05VqEcimAdznvzx4mjPUyIok63eWpY4sfG
LAJWt3e6WwyRcfNUbdz2O76qpvDuw/XIGha3r8bQNGCmvRi2DpY6uVc612ViNwGl
y7LSJ9KIL5QeK8X2LSsODsFPKpVtRpmOzU6C090cwXDrUvhuASmoBtmG+BFkoeMb
JIhTY/XWjQmJ1CQh7SgkEvDmgOQFq8oipTOeslCNiOmNMQ8s3+w4MW3w6aJ2n1v5
JhS7O2Kg7LnrzqG9DLg8daj4TF3e31gMw+yVLeD2jxU2jst92+MlRyp81MR57ejw
9pS6iR8eCQpdB2zJagWwrR9YCRKilvNfDpzz64YdpDnNQ7Xonq/B10f6F8fG+6rY
eS0tnOWMkwP6e1RnwFwxETm/wmxOOXXy5i+l1xeT50ELDzbHkb/o6wiayR1PPTA4
5KM5W6SD7CuXmEqweQZZmAcAv7/dbn9H2bGnnUv98pH0gsjUM10z+9ZX8dH7kpS3
KIfkCqhCrvnAMJ46iOxLpAJt/3YFA/qTWC9yh/sYwY9euC5V98WYrguyj0gJ6ASk
xWoHhxjnFtWbzALT6BSs8QG41sUKzt9i2vveyoRKDrwl2Mnnp6h0mc/9KGsUsT3D
XiwlveVojFH2FvaOQYyAjwkiFi5TZjRcoVI+zG/uQeoxF3dOunUfrbqKa0TJR9Zf
lTrmCfgPSqUG0bfOLoVUTvEKXZKTMcO4PNKuDPoyP9yoDMwx+P1ZjctYgtRjMhUO
b2erea2mF5M74L1gB3kx6IIdaKoO+yDooc2MC0WjKl0tllU9Fxr+XaBEY2gyJQEu
M06SERPG4WVzaOSpS5PhwA9pxHtsZIgOnatUejSL9Le4684IRuUcFhl5idN/dX+L
-----END RSA PRIVATE KEY-----
`,
  },
  {
    form: 'traditional DES-EDE3-CBC',
    command: 'openssl ec -des3 -in k.pem',
    encrypted: true,
    description: 'ECDSA P-256',
    spkiSha256: 'dda061ca2b092850f13a5fc623df035d30e102c82252181cd2d5d04a23ec5eb9',
    pem: `-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: DES-EDE3-CBC,54717E41870C4C55

IKp/3aGfswueuWvDIkEKb7CIHfI7OWYI5gpXfRiYWl1TCLtDnXNsVTEnkoRRFTRg
0/T8FfR22fgk+3hVeARKnyYKGWsS9UcnbzNsjOHYNOPnpZFTU7I2Q2FfCxPuPrsf
bXtqn9dI+EGcBPeLCNIOhY/u9NNq7FqgvN2F0Ndky5M=
-----END EC PRIVATE KEY-----
`,
  },
];
