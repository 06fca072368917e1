/**
 * The one place where an event of the application becomes JSON objects for programs and the page. English, whoever runs
 * it: codes and parameters are there for those who word it themselves.
 */
import type { P2PError } from "../errors.ts";
import { closePhrase } from "../net/close.ts";
import type { TalkEvent } from "../talk/events.ts";
import { type Person, personJson } from "../talk/person.ts";
import { speakerOf } from "../text/speaker.ts";
import type { Text } from "../text/text.ts";
import type { ApiEvent, ErrorJson, PlaceJson, ReasonJson } from "./event-types.ts";

const english = await speakerOf("en");

/** What is wrong. */
export function errorJson(error: P2PError): ErrorJson {
  return { code: error.kind, message: english.text(error), reason: reasonJson(error) };
}

/** A text as its code and parameters. */
export function reasonJson({ code, params }: Text): ReasonJson {
  return { code, params: paramsJson(params) };
}

/** Texts within become codes too. */
function paramsJson(params: Text["params"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null && "code" in value ? reasonJson(value) : value,
    ]),
  );
}

/** Where something was said: all of a group, or a person. */
export function placeJson(peer: Person | undefined): PlaceJson {
  if (peer === undefined) return {};
  return peer.group === undefined ? { peer: personJson(peer) } : { group: peer.group };
}

/** The caller's name for a command, where it gave one. */
export function refJson({ ref }: { readonly ref?: unknown }): { readonly ref?: unknown } {
  return ref === undefined ? {} : { ref };
}

/** The objects that tell of an event; none where programs need not be told. */
export function eventJson(event: TalkEvent): readonly ApiEvent[] {
  switch (event.type) {
    case "listening": {
      const { hostname: address, port } = event.address;
      const { cursor } = event;
      return [{ type: "listening", address, port, ...(cursor === undefined ? {} : { cursor }) }];
    }
    case "connected": {
      const { peer, address } = event;
      return [{ type: "connected", peer: personJson(peer), address, verified: peer.verified }];
    }
    case "disconnected": {
      const reason = english.text(closePhrase(event.info));
      return [{ type: "disconnected", peer: personJson(event.peer), reason }];
    }
    case "first-contact": {
      const { peer, where, met } = event;
      return [{ type: "first-contact", peer: personJson(peer), where, met }];
    }
    case "key-changed": {
      const { where, name, known, presented } = event;
      return [{
        ...{ type: "key-changed", where },
        ...(name === undefined ? {} : { name }),
        ...(known === undefined ? {} : { known }),
        ...(presented === undefined ? {} : { presented }),
      }];
    }
    case "message": {
      const { peer, id, time, text, group, what, clockAhead } = event;
      return [{
        ...{ type: "message", peer: personJson(peer), id, time, text },
        ...(clockAhead === undefined ? {} : { clockAhead }),
        ...(group === undefined ? {} : { group }),
        ...(what === undefined ? {} : { what }),
      }];
    }
    case "received": {
      const { peer, group, path, bytes } = event;
      const name = path.slice(path.search(/[^/\\]*$/));
      return [{
        ...{ type: "received", peer: personJson(peer), what: "files", name, path, bytes },
        ...(group === undefined ? {} : { group }),
      }];
    }
    case "file": {
      const { peer, name, path, size, sm3 } = event;
      return [{ type: "file", peer: personJson(peer), name, path, size, sm3 }];
    }
    case "voice": {
      const { peer, group, path, seconds } = event;
      const place = group === undefined ? {} : { group };
      return [{ type: "voice", peer: personJson(peer), ...place, path, seconds }];
    }
    case "sent": {
      const { peer, id, what, time, text } = event;
      return [{ type: "sent", ...placeJson(peer), id, what, time, text, ...refJson(event) }];
    }
    case "delivered": {
      const { id, peer, what, stored, group } = event;
      return [{
        ...{ type: "delivered", id, peer: personJson(peer), what, stored },
        ...(group === undefined ? {} : { group }),
        ...refJson(event),
      }];
    }
    case "waiting": {
      const { id, what, error, group } = event;
      const reason = reasonJson(error);
      const place = { peer: personJson(event.peer), ...(group === undefined ? {} : { group }) };
      return [{ type: "waiting", id, ...place, what, reason, ...refJson(event) }];
    }
    case "failed": {
      const { id, error, what, group } = event;
      const place = { peer: personJson(event.peer), ...(group === undefined ? {} : { group }) };
      const ref = refJson(event);
      return [
        { type: "failed", ...place, id, what, ...ref },
        { type: "error", ...errorJson(error), ...place, id, ...ref },
      ];
    }
    case "error":
      return [
        { type: "error", ...errorJson(event.error), ...placeJson(event.peer), ...refJson(event) },
      ];
    case "progress": {
      const { id, bytes, total, peer, direction, what, name } = event;
      const who = personJson(peer);
      return [{ type: "progress", id, bytes, total, peer: who, direction, what, name }];
    }
    case "progress-over":
    case "question-over":
      return [{ type: event.type, id: event.id }];
    case "question": {
      const { peer, ...fields } = event;
      return [{ ...fields, peer: personJson(peer) }];
    }
    case "membership": {
      const { group, change, peer, by } = event;
      const author = by === undefined ? {} : { by: personJson(by) };
      return [{ type: "group", group, change, peer: personJson(peer), ...author }];
    }
    case "silent":
    case "answering":
    case "absent":
      return [{ type: event.type, peer: personJson(event.peer) }];
    case "present":
      return [{ type: "present", peer: personJson(event.peer), address: event.address }];
    case "notice": {
      const { level, text } = event;
      // Advice is for persons at a keyboard.
      if (level === "hint") return [];
      const message = english.text(text);
      return [{ type: "notice", level, message, reason: reasonJson(text) }];
    }
    case "addressee":
      return [];
  }
}
