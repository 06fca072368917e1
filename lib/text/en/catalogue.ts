/** English: the catalogue, of which every other language has the same codes (`SameCodes`). */
import { api } from "./api.ts";
import { certificate } from "./certificate.ts";
import { cli } from "./cli.ts";
import { container } from "./container.ts";
import { crypto } from "./crypto.ts";
import { delivery } from "./delivery.ts";
import { doctor } from "./doctor.ts";
import { errors } from "./errors.ts";
import { files } from "./files.ts";
import { group } from "./group.ts";
import { hidden } from "./hidden.ts";
import { net } from "./net.ts";
import { page } from "./page.ts";
import { people } from "./people.ts";
import { protocol } from "./protocol.ts";
import { screen } from "./screen.ts";
import { state } from "./state.ts";
import { stego } from "./stego.ts";
import { talk } from "./talk.ts";
import { terminal } from "./terminal.ts";
import { tools } from "./tools.ts";
import { transfer } from "./transfer.ts";
import { transport } from "./transport.ts";
import { voice } from "./voice.ts";

export const english = {
  ...api,
  ...certificate,
  ...cli,
  ...container,
  ...crypto,
  ...delivery,
  ...doctor,
  ...errors,
  ...files,
  ...group,
  ...hidden,
  ...net,
  ...page,
  ...people,
  ...protocol,
  ...screen,
  ...state,
  ...stego,
  ...talk,
  ...terminal,
  ...tools,
  ...transfer,
  ...transport,
  ...voice,
} as const;
