/** English: the help of `p2p zuc`. */

export const help = {
  brief: "ZUC-128: the stream cipher, 128-EEA3 and 128-EIA3",
  full:
    `ZUC-128 (GB/T 33133), the cipher of mobile networks, for teaching and other tools. Nothing authenticates what
'encrypt' writes, and one key and IV must never serve twice. For files to people use 'p2p enc'.

Examples:
  p2p zuc encrypt --key-file k.hex --iv 84319aa8de6915ca1f6bda6bfbd8c766 -o a.zuc a.txt
  p2p zuc mac --key-file k.hex --count 561eb2dd --bearer 14 --direction 0 frame.bin`,
  flags: {
    keyFile: "Key: a file of 32 hex digits or 16 bytes",
    key: "Key: 32 hex digits, which other users of the machine can see",
    iv: "Initial vector: 16 bytes in hex digits",
    count: "COUNT of 3GPP: 8 hex digits, in the place of --iv",
    bearer: "BEARER of 3GPP, 0 to 31 (default 0)",
    direction: "DIRECTION of 3GPP: 0 up, 1 down (default 0)",
  },
  encrypt: {
    brief: "Encrypt with ZUC",
    full:
      `Encrypt a file or stream with ZUC-128 (GB/T 33133.1); with --count as 128-EEA3 (GB/T 33133.2) in whole bytes.

Examples:
  p2p zuc encrypt --key-file k.hex --iv 84319aa8de6915ca1f6bda6bfbd8c766 -o a.zuc a.txt
  p2p zuc encrypt --key-file k.hex --count 66035492 --bearer 15 --direction 0 < a > b`,
  },
  decrypt: {
    brief: "Decrypt with ZUC",
    full: `Decrypt what 'p2p zuc encrypt' or another tool made: the same as encrypting once more.

Examples:
  p2p zuc decrypt --key-file k.hex --iv 84319aa8de6915ca1f6bda6bfbd8c766 -o a.txt a.zuc
  p2p zuc decrypt --key-file k.hex --count 66035492 --bearer 15 --direction 0 < b`,
  },
  mac: {
    brief: "Print the MAC of a message with ZUC",
    full:
      `Print the MAC of 32 bits as 8 hex digits: with --count 128-EIA3 (GB/T 33133.3) over whole bytes, with --iv the
same over an initial vector of your own. 32 bits are few: anybody can forge one in some thousand million tries.

Examples:
  p2p zuc mac --key-file k.hex --count a94059da --bearer 10 --direction 1 frame.bin
  p2p zuc mac --key-file k.hex --iv 00000000000000000000000000000000 < frame.bin`,
  },
} as const;
