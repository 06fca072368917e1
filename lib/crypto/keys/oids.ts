/**
 * Object identifiers of keys and their encryption, each with where it comes from.
 */

/** id-ecPublicKey (RFC 5480 §2.1.1). */
export const ID_EC_PUBLIC_KEY = "1.2.840.10045.2.1";
/** prime-field (X9.62): explicit curve parameters. */
export const PRIME_FIELD = "1.2.840.10045.1.1";
/** sm2: the curve sm2p256v1 (GM/T 0006-2012). */
export const SM2_CURVE = "1.2.156.10197.1.301";
/** sm2 signing key, as Botan writes the algorithm (GM/T 0006-2012 "SM2-1 digital signature"). */
export const SM2_SIGN = "1.2.156.10197.1.301.1";
/** sm2 key exchange and encryption (GM/T 0006-2012 "SM2-2", "SM2-3"). */
export const SM2_EXCHANGE = "1.2.156.10197.1.301.2";
export const SM2_ENCRYPT = "1.2.156.10197.1.301.3";

/** PBES2 and PBKDF2 (RFC 8018 appendix A). */
export const PBES2 = "1.2.840.113549.1.5.13";
export const PBKDF2 = "1.2.840.113549.1.5.12";
/** scrypt as a PBES2 key derivation (RFC 7914 §7). */
export const SCRYPT = "1.3.6.1.4.1.11591.4.11";

/** HMAC-SM3, GM/T 0006-2012 (GmSSL). */
export const HMAC_SM3 = "1.2.156.10197.1.401.2";
/** HMAC-SM3, GM/T 0091-2020 (Tongsuo). */
export const HMAC_SM3_0091 = "1.2.156.10197.1.401.3.1";
/** hmacWithSHA1 … hmacWithSHA512 (RFC 8018 appendix B.1.2). */
export const HMAC_SHA1 = "1.2.840.113549.2.7";
export const HMAC_SHA256 = "1.2.840.113549.2.9";
export const HMAC_SHA384 = "1.2.840.113549.2.10";
export const HMAC_SHA512 = "1.2.840.113549.2.11";

/** sms4-cbc and sms4-ctr (GM/T 0006-2012). */
export const SM4_CBC = "1.2.156.10197.1.104.2";
export const SM4_CTR = "1.2.156.10197.1.104.7";
/** aes128-cbc, aes192-cbc, aes256-cbc (NIST computer security objects register). */
export const AES128_CBC = "2.16.840.1.101.3.4.1.2";
export const AES192_CBC = "2.16.840.1.101.3.4.1.22";
export const AES256_CBC = "2.16.840.1.101.3.4.1.42";
/** des-EDE3-CBC (RFC 8018 appendix B.2.2). */
export const DES_EDE3_CBC = "1.2.840.113549.3.7";
/** SM4 without a mode, and sms4-ecb (GM/T 0006-2012): what SM2EnvelopedKey and CFCA's files name. */
export const SM4 = "1.2.156.10197.1.104";
export const SM4_ECB = "1.2.156.10197.1.104.1";
/** data (GM/T 0010-2012 §6). */
export const SM2_DATA = "1.2.156.10197.6.1.4.2.1";
/** data (RFC 2315 §14). */
export const PKCS7_DATA = "1.2.840.113549.1.7.1";
