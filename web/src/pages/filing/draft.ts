import { api, ask, Refusal, type Schema } from "../../api/client";
import { asRefusal } from "../../hooks";
import { t } from "../../i18n";
import { finishing, session } from "../../session";
import { store, type Store } from "../../store";
import { copyOf, dropCopy, forget, keepCopy, keepOpened, openedOf, type Known } from "./copies";
import { procedureOf, type Answers, type Delivery, type Form, type Procedure } from "./procedure";
import { sendable } from "./validate";

export type Dossier = Schema["DossierShape"];

/** Where what was typed is: `kept` on this device only, `elsewhere`: the server has another, newer one. */
export type Phase = "idle" | "waiting" | "saving" | "saved" | "kept" | "elsewhere" | "refused";

export interface Theirs {
  version: number;
  answers: Answers;
  delivery: Delivery;
}

export interface DraftState {
  answers: Answers;
  delivery: Delivery;
  version: number;
  phase: Phase;
  savedAt: Date | null;
  refusal: Refusal | null;
  /** What another device saved in the meantime; the applicant chooses. */
  theirs: Theirs | null;
  /** Groups that were gone through here; one with optional questions only may stay empty. */
  visited: ReadonlySet<string>;
  /** The procedure was published anew since the draft was made. */
  renewed: boolean;
  /** Opened without a network, from what this device had; the server has not been met yet. */
  alone: boolean;
}

interface Found {
  dossier: Known;
  procedure: Procedure;
  alone: boolean;
}

const every = 2000; // the law of this form: saved at most every two seconds
const patience = 5000;

export const same = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other);
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const leaving = new Map<string, Promise<unknown>>();

export async function fetchDossier(id: string): Promise<Dossier> {
  const dossier = await ask(api.GET("/dossiers/{dossier_id}", { params: { path: { dossier_id: id } } }));
  if (dossier.state.code === "draft") await keepOpened(dossier);
  return dossier;
}

/** The draft with its form: the server's, or without a network the one that this device opened last. */
async function find(id: string): Promise<Found> {
  if (!session.get().cut) {
    try {
      const dossier = await fetchDossier(id);
      const procedure = await procedureOf(dossier.procedure.code);
      if (dossier.state.code === "draft") await keepOpened(dossier, procedure);
      return { dossier, procedure, alone: false };
    } catch (failed) {
      if (!(failed instanceof Refusal) || !(failed.offline || failed.status >= 500)) throw failed;
      const kept = await openedOf(id);
      if (kept === undefined) throw failed;
      return { ...kept, alone: true };
    }
  }
  const kept = await openedOf(id);
  if (kept === undefined) throw new Refusal(0, "Offline", t("error.offline"));
  return { ...kept, alone: true };
}

/** A draft that is being filled in: on this device at once, at the server soon, told apart when both changed. */
export class Draft {
  readonly state: Store<DraftState>;
  /** The answers as the server has them in `version`. */
  base: Answers;
  private baseDelivery: Delivery;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<boolean> | null = null;
  private readonly listeners = new AbortController();

  private constructor(
    readonly dossier: Known,
    readonly procedure: Procedure,
    readonly form: Form,
    state: DraftState,
  ) {
    this.base = dossier.answers;
    this.baseDelivery = dossier.delivery as Delivery;
    this.state = store(state);
    const { signal } = this.listeners;
    addEventListener("online", () => void this.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && void this.flush(), { signal });
    finishing.add(this.finish);
  }

  get id(): string {
    return this.dossier.id;
  }

  /** The server's draft, with what this device has not sent yet. Throws Refusal. */
  static async open(id: string): Promise<Draft> {
    await leaving.get(id);
    const { dossier, procedure, alone } = await find(id);
    const form = procedure.form ?? { properties: {} };
    const delivery = dossier.delivery as Delivery;
    const renewed = procedure.version !== dossier.procedure.version;
    const draft = new Draft(dossier, procedure, form, {
      answers: dossier.answers,
      delivery,
      version: dossier.version,
      phase: alone ? "kept" : "idle",
      savedAt: null,
      refusal: alone ? new Refusal(0, "Offline", t("error.offline")) : null,
      theirs: null,
      visited: new Set(),
      renewed,
      alone,
    });
    if (alone) draft.later(patience);
    if (dossier.state.code !== "draft") {
      await forget(id);
      return draft;
    }
    const copy = await copyOf(id);
    if (copy === undefined) {
      if (renewed) draft.change({});
    } else if (same([copy.answers, copy.delivery], [dossier.answers, delivery])) {
      await dropCopy(id); // the answer to the last save was lost, not the save
      if (renewed) draft.change({});
    } else {
      const { answers } = copy;
      if (copy.version === dossier.version) draft.change({ answers, delivery: copy.delivery });
      else {
        draft.base = copy.base;
        const theirs = { version: dossier.version, answers: dossier.answers, delivery };
        draft.set({ answers, delivery: copy.delivery, version: copy.version, theirs, phase: "elsewhere" });
      }
    }
    return draft;
  }

  answer(name: string, value: unknown): void {
    this.change({ answers: { ...this.state.get().answers, [name]: value } });
  }

  deliver(delivery: Delivery): void {
    this.change({ delivery });
  }

  visit(group: string): void {
    this.set({ visited: new Set([...this.state.get().visited, group]) });
  }

  /** What was chosen of both becomes the draft, made from theirs. */
  settle(answers: Answers, delivery: Delivery): void {
    const { theirs } = this.state.get();
    if (theirs === null) return;
    this.base = theirs.answers;
    this.baseDelivery = theirs.delivery;
    this.set({ version: theirs.version, theirs: null, phase: "waiting" });
    this.change({ answers, delivery });
    void this.flush();
  }

  /** Save what waits now. True when the server has everything that it can take. */
  flush(): Promise<boolean> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running ??= this.work().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Leave the flow: what waits is sent, what cannot be stays on the device. */
  close(): void {
    this.listeners.abort();
    finishing.delete(this.finish);
    const last = this.flush().finally(() => {
      clearTimeout(this.timer);
      if (leaving.get(this.id) === last) leaving.delete(this.id);
    });
    leaving.set(this.id, last);
  }

  private readonly finish = (): Promise<boolean> => this.flush();

  private set(change: Partial<DraftState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }

  private change(change: Partial<Pick<DraftState, "answers" | "delivery">>): void {
    const before = this.state.get();
    const quiet = before.phase === "elsewhere" || before.phase === "saving" || before.phase === "kept";
    this.set({ ...change, phase: quiet ? before.phase : "waiting" });
    void this.keep();
    if (before.theirs === null) this.later(every);
  }

  private keep(): Promise<boolean> {
    const { answers, delivery, version } = this.state.get();
    return keepCopy({ id: this.id, version, answers, delivery, base: this.base, at: Date.now() });
  }

  private later(wait: number): void {
    this.timer ??= setTimeout(() => void this.flush(), wait);
  }

  private unsaved(): boolean {
    const { answers, delivery } = this.state.get();
    return !same([sendable(this.form, answers), delivery], [this.base, this.baseDelivery]) || this.state.get().renewed;
  }

  private async work(): Promise<boolean> {
    if (this.state.get().alone && !(await this.meet())) return false;
    while (this.state.get().theirs === null && this.unsaved()) {
      const { answers, delivery, version } = this.state.get();
      const sent = sendable(this.form, answers);
      this.set({ phase: "saving" });
      try {
        const moved = await ask(
          api.PUT("/dossiers/{dossier_id}", {
            params: { path: { dossier_id: this.id } },
            body: {
              version,
              procedure: this.procedure.code,
              procedure_version: this.procedure.version,
              agency: this.dossier.agency.code,
              answers: sent,
              delivery,
            },
          }),
        );
        this.base = sent;
        this.baseDelivery = delivery;
        this.set({ version: moved.version, refusal: null, renewed: false });
        await keepOpened({ id: this.id, version: moved.version, answers: sent, delivery });
      } catch (failed) {
        await this.refused(asRefusal(failed));
        return false;
      }
    }
    if (this.state.get().theirs !== null) return false;
    const { answers, delivery, phase } = this.state.get();
    // The device keeps only what the server does not have: the telephone may be shared.
    if (same([answers, delivery], [this.base, this.baseDelivery])) await dropCopy(this.id);
    else await this.keep();
    if (phase === "saving" || phase === "kept") this.set({ phase: "saved", savedAt: new Date() });
    else if (phase === "waiting") this.set({ phase: this.state.get().savedAt ? "saved" : "idle" });
    return true;
  }

  /** The network is back: what does the server have? What was filled in meanwhile is made from that, or told apart. */
  private async meet(): Promise<boolean> {
    let there: Dossier;
    try {
      there = await fetchDossier(this.id);
    } catch (failed) {
      await this.refused(asRefusal(failed));
      return false;
    }
    const { answers, delivery, version, theirs: known } = this.state.get();
    const theirs = { version: there.version, answers: there.answers, delivery: there.delivery as Delivery };
    const changed = !same([sendable(this.form, answers), delivery], [this.base, this.baseDelivery]);
    const apart = changed && !same([sendable(this.form, answers), delivery], [theirs.answers, theirs.delivery]);
    if (known !== null || (version !== theirs.version && apart)) {
      this.set({ alone: false, phase: "elsewhere", theirs, refusal: null });
      return true;
    }
    this.base = theirs.answers;
    this.baseDelivery = theirs.delivery;
    this.set({ alone: false, refusal: null, version: theirs.version, ...(changed ? {} : theirs) });
    return true;
  }

  private async refused(refusal: Refusal): Promise<void> {
    if (refusal.code === "StaleDraft") {
      try {
        const there = await fetchDossier(this.id);
        const theirs = { version: there.version, answers: there.answers, delivery: there.delivery as Delivery };
        this.set({ phase: "elsewhere", theirs, refusal: null });
        return;
      } catch (failed) {
        refusal = asRefusal(failed);
      }
    }
    // 401: the login follows, the copy waits on the device until its owner is back.
    const passing = refusal.offline || refusal.status >= 500 || refusal.status === 429 || refusal.status === 401;
    this.set({ phase: passing ? "kept" : "refused", refusal });
    if (passing && refusal.status !== 401 && !this.listeners.signal.aborted) this.later(patience);
  }
}
