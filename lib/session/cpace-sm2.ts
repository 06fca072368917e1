/** The suite of CPace that p2p uses: SM2, SM3, HMAC-SM3 and the SSWU map. */
import { concat } from "../bytes.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import {
  decodePoint,
  decodeScalar,
  multiply,
  randomScalar,
  uncompressed,
} from "../crypto/sm2-curve.ts";
import { sm2EncodeToCurve } from "../crypto/sm2-hash-to-curve.ts";
import { InvalidKeyError } from "../errors.ts";
import { sm3, SM3_BLOCK_BYTES } from "../crypto/sm3.ts";
import type { CpaceSuite } from "./cpace.ts";

/** Size of a share: 04 ‖ x ‖ y. */
export const CPACE_SHARE_BYTES = 65;

/** CPACE-SM2_XMD:SM3_SSWU_NU_-SM3. */
export const CPACE_SM2: CpaceSuite = {
  name: "SM2_XMD:SM3_SSWU_NU_",
  hashBlockBytes: SM3_BLOCK_BYTES,
  hash: sm3,
  mac: (key, ...parts) => hmacSm3(key, concat(...parts)),
  encodeToCurve: sm2EncodeToCurve,
  sampleScalar: randomScalar,
  multiply: (scalar, point) => uncompressed(multiply(decodeScalar(scalar), decodePoint(point))),
  multiplyVerified(scalar, point) {
    if (point.length !== CPACE_SHARE_BYTES) return undefined;
    try {
      // The order is prime and the cofactor 1: no product of a point and a scalar of 1…n−1 is infinity.
      return multiply(decodeScalar(scalar), decodePoint(point)).slice(0, 32);
    } catch (error) {
      if (error instanceof InvalidKeyError) return undefined;
      throw error;
    }
  },
};
