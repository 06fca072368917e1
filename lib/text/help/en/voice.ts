/** English: the help of `p2p voice`. */

export const help = {
  brief: "Send a voice note, recorded now or from a file",
  full: `Send a voice note to a peer that runs 'p2p listen' or 'p2p chat'.

Recording goes through ffmpeg or sox, whichever is installed. On a terminal a meter shows the level; Enter ends
the recording early, Ctrl-C too, and you are asked what to do with it: send, play, record again, drop. The note
travels encrypted, as Opus where the recorder can, else FLAC or WAV. PEER is IP, IP:PORT, [IPv6]:PORT, a host
name or a contact's name; the port is 9999 unless given.

Examples:
  p2p voice 192.168.1.5                          speak for up to 5 seconds
  p2p voice alice --seconds 60                   longer; Enter ends it
  p2p voice alice --input memo.m4a               send a sound file
  p2p voice @friends                             to a group: who is away hears it later
  p2p voice --list-devices                       see the microphones
  p2p voice --play voice.opus                    hear a note again
  p2p voice -o memo.opus.enc --keep-encrypted    record for yourself, kept encrypted`,
  flags: {
    seconds: ({ most, byDefault }: { most: number; byDefault: number }) =>
      `Record so long, at most ${most} (default ${byDefault})`,
    input: "Send this sound file instead of recording ('-' is stdin)",
    device: "Record from this microphone (see --list-devices)",
    recorder: "Record with this program (default auto: the first that works)",
    listDevices: "List the microphones and end",
    play: "Play this note and end; may be given several times",
    output: "Also keep the note in FILE; without PEER, only record it",
    keepEncrypted: "Keep it encrypted to the own identity (play it with --play)",
    yes: "Send also what was stopped early, without asking",
  },
  args: {
    peer: "Who gets it",
  },
} as const;
