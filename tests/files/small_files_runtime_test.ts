/** See small_files.ts: with the runtime's own operations alone. */
import { testSmallFiles } from "./small_files.ts";

testSmallFiles(false);
