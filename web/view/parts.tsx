/** Small parts that every screen has. */
import type {
  ButtonHTMLAttributes,
  ComponentChildren,
  InputHTMLAttributes,
  TargetedSubmitEvent,
} from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { store } from "../store.ts";
import { t } from "../words.ts";

/** Pictures of the buttons, drawn with lines on 24 by 24. */
const ICONS = {
  add: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2 12.5l4 4L14.5 8M11 15.5l1.2 1.2L21 8",
  clock: "M12 7v5l3.2 2M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17z",
  close: "M6 6l12 12M18 6L6 18",
  download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14",
  eye:
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.3a2.7 2.7 0 100 5.4 2.7 2.7 0 000-5.4z",
  file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
  gear:
    "M12 9a3 3 0 100 6 3 3 0 000-6zM12 3v3m0 12v3M3 12h3m12 0h3M5.6 5.6l2.2 2.2m8.4 8.4l2.2 2.2M5.6 18.4l2.2-2.2m8.4-8.4l2.2-2.2",
  group:
    "M9 11a3 3 0 100-6 3 3 0 000 6zm-6 8c0-3 2.7-5 6-5s6 2 6 5M16 5.3a3 3 0 010 5.4M17.5 14.4c2.1.7 3.5 2.3 3.5 4.6",
  hide: "M4 5h16v14H4zM4 16l4.5-4.5 4 4M12 14l3.5-3.5L20 15",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  mic:
    "M12 4a2.7 2.7 0 00-2.7 2.7v4.6a2.7 2.7 0 005.4 0V6.700A2.7 2.7 0 0012 4zM6 11.500a6 6 0 0012 0M12 17.500V21",
  outbox: "M4 13l2.5-8h11L20 13v6H4zm0 0h4.500l1 2.500h5l1-2.500H20",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.500l10 6.5-10 6.500z",
  search: "M10.5 4.500a6 6 0 100 12 6 6 0 000-12zM15 15l5 5",
  send: "M4 12l16-7.500L14.5 20l-3-6.500zM11.5 13.500L20 4.5",
  shield:
    "M12 3.500l7 2.700v5.300c0 4.3-2.9 7.5-7 9-4.1-1.5-7-4.7-7-9V6.200zM8.7 12l2.4 2.4 4.3-4.6",
  stop: "M7 7h10v10H7z",
  warn: "M12 4l9 16H3zM12 10v4.500m0 2.700v.3",
} as const;

/** The name of a picture. */
export type IconName = keyof typeof ICONS;

/** One of them; what it means stands beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

/** A button that shows a picture alone; its name is read out and shown on hover. */
export function IconButton(
  { icon, name, ...rest }:
    & { readonly icon: IconName; readonly name: string }
    & Omit<
      ButtonHTMLAttributes<HTMLButtonElement>,
      "icon" | "name"
    >,
) {
  return (
    <button type="button" class="icon-button" aria-label={name} title={name} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

/** The seal of a person or group: the first character of the name, in a colour of the key's. */
export function Seal({ name, of, mark }: {
  readonly name: string;
  readonly of: string;
  readonly mark?: "here" | "known" | undefined;
}) {
  let sum = 2166136261;
  for (const character of of) sum = Math.imul(sum ^ character.charCodeAt(0), 16777619);
  const first = [...name.replace(/^@/, "")][0] ?? "?";
  return (
    <span class={`seal hue-${sum >>> 27 & 7}`} aria-hidden="true">
      {first.toUpperCase()}
      {mark && <i class={`mark ${mark}`} />}
    </span>
  );
}

/**
 * A window over the page: the browser keeps the focus in it, Escape closes it. Whatever had the focus before has it again
 * afterwards, however the window closes.
 */
export function Window({ title, close, children, wide, form }: {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
  /** Whether the first field has the focus, rather than the title. */
  readonly form?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = store.dialog;
  useLayoutEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    const { current } = dialog;
    current!.showModal();
    return () => {
      // Escape and the button closed it already, and the browser has seen to the focus.
      if (!current!.open) return;
      current!.remove();
      opener?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "wide" : ""}
      aria-labelledby="window-title"
      // The browser tells it later: another window may be open by then.
      onClose={() => store.dialog === shown && close()}
      onClick={(event) => event.target === dialog.current && dialog.current!.close()}
    >
      <div class="window">
        <header>
          <h2 id="window-title" tabIndex={-1} autofocus={!form}>{title}</h2>
          <IconButton icon="close" name={t("close")} onClick={() => dialog.current!.close()} />
        </header>
        <div class="window-body">{children}</div>
      </div>
    </dialog>
  );
}

/** A labelled field; the `first` of a screen or a window has the focus when it appears. */
export function Field({ label, hint, first = false, ...rest }: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly first?: boolean;
} & InputHTMLAttributes<HTMLInputElement>) {
  const id = `field-${String(rest.name)}`;
  const input = useRef<HTMLInputElement>(null);
  // As it appears, not once that is painted: somebody may be writing elsewhere by then.
  useLayoutEffect(() => {
    if (first) input.current!.focus();
  }, [first]);
  const held = useRef(rest.defaultValue);
  // Nothing changes under a cursor.
  if (input.current !== document.activeElement) held.current = rest.defaultValue;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...{ id, ref: input, autocomplete: "off", autofocus: first }}
        {...rest}
        defaultValue={held.current}
        aria-describedby={hint && `${id}-hint`}
      />
      {hint && <p id={`${id}-hint`} class="hint">{hint}</p>}
    </div>
  );
}

/** What the fields of a form hold. */
export function valuesOf(event: TargetedSubmitEvent<HTMLFormElement>): Record<string, string> {
  event.preventDefault();
  const data = new FormData(event.currentTarget);
  return Object.fromEntries([...data].map(([name, value]) => [name, String(value)]));
}

/** How far something is. */
export function Bar({ done, total, label }: {
  readonly done: number;
  readonly total: number;
  readonly label: string;
}) {
  return <progress max={Math.max(1, total)} value={done} aria-label={label} />;
}
