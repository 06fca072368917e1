/** English: the help of `p2p send-file`. */

export const help = {
  brief: "Send files and folders to a peer",
  full: `Send files and folders to a peer that runs 'p2p listen' or 'p2p chat'.

PEER is IP, IP:PORT, [IPv6]:PORT, a host name or a contact's name; the port is 9999 unless given. Every file
is authenticated on its way and appears at the peer only when it is whole. A peer that is lost on the way is called
again, for ten minutes unless --give-up says otherwise; the same command given later goes on where it stopped, after comparing SM3 digests of what is there. Permissions
and times are kept; symbolic links and special files are not sent. The exit code is 0 only when all of it arrived.

A PATH of - is standard input. It and pipes (<(command), a named pipe) are first read to their end into a private file;
--name is what the peer calls one of them, or any one file or folder.

Examples:
  p2p send-file 192.168.1.5 photo.jpg              one file
  p2p send-file alice holiday/ notes.txt           a folder and a file, to a contact
  p2p send-file alice notes.txt --later            kept until alice appears
  p2p send-file '[fd00::1]:9998' film.mkv --json   with progress for a program
  tar c src | p2p send-file bob - --name src.tar   what a command writes`,
  flags: {
    giveUp: ({ byDefault }: { byDefault: number }) =>
      `Call a lost peer again for so long (default ${byDefault}; 0: never)`,
    name: "What the peer calls the one path",
  },
  args: {
    peer: "Peer or @GROUP, then files and folders",
  },
} as const;
