/** See small_files.ts: with the C library, where there is one. */
import { testSmallFiles } from "./small_files.ts";

testSmallFiles(true);
