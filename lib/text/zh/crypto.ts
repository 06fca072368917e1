/** 中文：密码算法与密钥。 */
import type { SameCodes } from "../catalogue.ts";
import type { crypto as english } from "../en/crypto.ts";

export const crypto: SameCodes<typeof english> = {};
