/** The window that is open, of those that there are. */
import type { ComponentType } from "preact";
import type { Dialog } from "../model.ts";
import { store } from "../store.ts";
import { AddPerson } from "./windows/add-person.tsx";
import { Hide } from "./windows/hide.tsx";
import { Members } from "./windows/members.tsx";
import { NewGroup } from "./windows/new-group.tsx";
import { OutboxWindow } from "./windows/outbox.tsx";
import { Person } from "./windows/person.tsx";
import { Settings } from "./windows/settings.tsx";

/** Each window; those about one person or group are told which. */
const SHOWN: Readonly<Record<Dialog["kind"], ComponentType<{ readonly of: string }>>> = {
  add: AddPerson,
  group: NewGroup,
  outbox: OutboxWindow,
  settings: Settings,
  person: Person,
  members: Members,
  hide: Hide,
};

/** The window that is open. */
export function OpenWindow() {
  const { dialog } = store;
  if (dialog === undefined) return null;
  const Shown = SHOWN[dialog.kind];
  const of = "of" in dialog ? dialog.of : "";
  return <Shown key={`${dialog.kind} ${of}`} of={of} />;
}
