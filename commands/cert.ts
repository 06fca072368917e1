/** `p2p cert`: an authority for SM2, and certificates of others. */
import { buildRouteMap } from "@stricli/core";
import { caCommand, listCommand, logCommand } from "./cert/ca.ts";
import {
  crlCommand,
  issueCommand,
  renewCommand,
  requestCommand,
  revokeCommand,
} from "./cert/issue.ts";
import { showCommand, trustCommand, verifyCommand } from "./cert/verify.ts";
import { codeCommand, enrollCommand, serveCommand } from "./cert/enroll.ts";
import { docsOf, helpOf } from "./shared/help.ts";

export const command = buildRouteMap({
  routes: {
    ca: caCommand,
    request: requestCommand,
    issue: issueCommand,
    renew: renewCommand,
    revoke: revokeCommand,
    crl: crlCommand,
    show: showCommand,
    verify: verifyCommand,
    trust: trustCommand,
    code: codeCommand,
    serve: serveCommand,
    enroll: enrollCommand,
    list: listCommand,
    log: logCommand,
  },
  docs: docsOf(helpOf("cert")),
});
