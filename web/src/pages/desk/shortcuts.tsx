import { useEffect, useRef, useState } from "preact/hooks";
import { t, type Key } from "../../i18n";
import { CheckboxField } from "../../parts/Field";
import { Dialog } from "../../parts/Dialog";
import { TextButton } from "../../parts/Button";
import { keep, kept } from "../../preferences";
import { store, useStore } from "../../store";

export interface Shortcut {
  key: string;
  does: Key;
  run: () => void;
  /** Goes on while the key is held down. */
  repeats?: boolean;
}

const place = "motcua.shortcuts";
const on = store(kept(place) !== "off");
const active = new Set<{ current: readonly Shortcut[] }>();

/** Single letters act only outside of fields and dialogs, and only while they are switched on (WCAG 2.1.4). */
export function useShortcuts(list: readonly Shortcut[]): void {
  const current = useRef(list);
  current.current = list;
  useEffect(() => {
    active.add(current);
    return () => {
      active.delete(current);
    };
  }, []);
}

const all = (): Shortcut[] => [...active].flatMap((one) => [...one.current]);

const typing = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;

/** The list of shortcuts behind `?`, with the switch that turns them off. Stands once on the desk. */
export function Shortcuts() {
  const enabled = useStore(on);
  // As they were when it was opened: what the page loads meanwhile moves nothing under a hand.
  const [listed, setListed] = useState<Shortcut[] | null>(null);
  const open = () => setListed(all());
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!on.get() || event.defaultPrevented || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (typing(event.target) || document.querySelector("dialog[open]") !== null) return;
      const key = event.key.toLowerCase(); // Caps Lock makes another letter of it
      const found: Partial<Shortcut> | undefined =
        key === "?" ? { run: open } : all().find((one) => one.key === key);
      if (found === undefined) return;
      event.preventDefault();
      if (!event.repeat || found.repeats) found.run?.();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return (
    <>
      <TextButton onClick={open}>{t("desk.keys.show")}</TextButton>
      <Dialog open={listed !== null} title={t("desk.keys.title")} onClose={() => setListed(null)}>
        <dl class="keys">
          {[{ key: "?", does: "desk.keys.help" as Key }, ...(listed ?? [])].map((one) => (
            <div key={one.key}>
              <dt>
                <kbd>{one.key}</kbd>
              </dt>
              <dd>{t(one.does)}</dd>
            </div>
          ))}
        </dl>
        <CheckboxField
          name="shortcuts"
          label={t("desk.keys.on")}
          hint={t("desk.keys.hint")}
          checked={enabled}
          onInput={(checked) => {
            keep(place, checked ? null : "off");
            on.set(checked);
          }}
        />
      </Dialog>
    </>
  );
}
