/**
 * Where things lie in the SM2 kernel's memory. The loader reads the addresses of what it passes in and takes out from
 * the module's exported globals.
 */

/** A field element or scalar: nine limbs of 29 bits in 32-bit words, and three words of zeros. */
export const ELEMENT = 48;
/** A projective point (X : Y : Z), and an affine one (x, y). */
export const PROJECTIVE = 3 * ELEMENT;
export const AFFINE = 2 * ELEMENT;

/** Windows of a scalar: four bits each, the last one for the carry of the recoding into signed digits. */
export const WINDOWS = 65;
/** Multiples that one window needs: 1 to 8, the sign coming apart. */
export const MULTIPLES = 8;

/** Static data, most of it the table of the base point, ends below. */
export const START = 52 * 1024;

let next = START;
function place(bytes: number): number {
  const at = next;
  next += (bytes + 15) & -16;
  return at;
}

/** Passed in and out: three numbers of 32 bytes, big-endian, and a result of 64. */
export const ARGUMENTS = place(3 * 32);
export const RESULT = place(64);
/** A scalar, least significant byte first, with room for reading four bytes past its end. */
export const SCALAR = place(48);
export const SCALAR_2 = place(48);
/** Words of a number being read or written. */
export const WORDS = place(64);
/** Temporaries of field functions, of point formulas, and of the functions above them. */
export const FIELD_TEMPORARIES = place(16 * ELEMENT);
export const POINT_TEMPORARIES = place(8 * ELEMENT);
/** The accumulator, the entry chosen from a table, another point, and the given one. */
export const SUM = place(PROJECTIVE);
export const ENTRY = place(PROJECTIVE);
export const OTHER = place(PROJECTIVE);
export const GIVEN = place(PROJECTIVE);
/** 1 to 8 times the given point, and the same affine. */
export const POINT_TABLE = place(MULTIPLES * PROJECTIVE);
export const AFFINE_TABLE = place(MULTIPLES * AFFINE);
/** Products of their Z on the way to affine coordinates. */
export const PRODUCTS = place(MULTIPLES * ELEMENT);
/** All of the above that may depend on a secret is overwritten after use. */
export const SECRETS = ARGUMENTS;
export const SECRETS_END = next;

/** Where the table of a prepared point is made: its multiples, and products of their Z. Nothing secret. */
export const MULTIPLES_MADE = place(WINDOWS * MULTIPLES * PROJECTIVE);
export const PRODUCTS_MADE = place(WINDOWS * MULTIPLES * ELEMENT);
/** Tables of prepared points, each as that of the base point. */
export const PREPARED_BYTES = WINDOWS * MULTIPLES * AFFINE;
export const PREPARED_POINTS = 16;
export const PREPARED = place(PREPARED_POINTS * PREPARED_BYTES);

/** The whole memory, in pages of 64 KiB. */
export const PAGES = Math.ceil(next / 65536);
