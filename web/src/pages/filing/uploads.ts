import { api, ask, newKey, Refusal, type Schema } from "../../api/client";
import { asRefusal } from "../../hooks";
import { t } from "../../i18n";
import { announce } from "../../parts/live";
import { store, type Store } from "../../store";
import { dropPile, keepPile, pilesOf, type Pile, type Sheet } from "./copies";
import { fetchDossier } from "./draft";
import type { PaperRule } from "./procedure";
import { prepare, Unfit } from "./shrink";

export type Paper = Schema["PaperShape"];
type Upload = Schema["UploadShape"];

/** gathering: pages are chosen; cut: no connection, goes on by itself; checking: the inspector looks. */
export type Stage = "gathering" | "preparing" | "sending" | "cut" | "checking" | "slow" | "refused" | "failed";

export interface Work {
  pile: Pile;
  stage: Stage;
  /** By key of a sheet, 0 to 1. */
  progress: Readonly<Record<string, number>>;
  refusal: Refusal | null;
}

export interface UploadsState {
  papers: readonly Paper[];
  works: Readonly<Record<string, Work>>;
  /** By component: why a chosen file was not taken. */
  problems: Readonly<Record<string, string>>;
}

const looks = [600, 900, 1300, 2000, 3000, 5000]; // how long to wait for the inspector between questions
const patience = 60_000; // then what was sent may be lost, and is asked for again
const stall = 45_000; // an upload that does not move for so long has no connection any more

/** The newest paper of a component that was not refused: the one that will be filed. */
export const paperThatCounts = (papers: readonly Paper[], component: string): Paper | undefined =>
  papers.filter((one) => one.component === component && (one.status === "expected" || one.status === "verified")).at(-1);

/** The papers of a draft on their way from this device to the shelf. Survives lost connections and reloads. */
export class Uploads {
  readonly state: Store<UploadsState>;
  private readonly running = new Set<string>();
  private readonly end = new AbortController();

  constructor(
    readonly dossier: string,
    papers: readonly Paper[],
  ) {
    this.state = store<UploadsState>({ papers, works: {}, problems: {} });
  }

  /** Take up what this device had begun. */
  async resume(): Promise<void> {
    for (const pile of await pilesOf(this.dossier)) {
      this.put(pile.component, { pile, stage: "gathering", progress: {}, refusal: null });
      if (pile.started) void this.send(pile.component);
    }
  }

  close(): void {
    this.end.abort();
  }

  work(component: string): Work | undefined {
    return this.state.get().works[component];
  }

  /** Add files as pages. A PDF is a paper of its own. */
  async add(rule: PaperRule, files: readonly File[], provenance: Pile["provenance"]): Promise<void> {
    const { code } = rule;
    this.problem(code, null);
    const before = this.work(code);
    const pile: Pile = before?.pile ?? {
      id: `${this.dossier}/${code}`,
      dossier: this.dossier,
      component: code,
      paper: newKey(),
      provenance,
      sheets: [],
      opened: [],
      started: false,
      at: Date.now(),
    };
    this.put(code, { pile, stage: "preparing", progress: {}, refusal: null });
    const sheets = [...pile.sheets];
    let problem: string | null = null;
    for (const file of files) {
      try {
        const made = await prepare(file);
        const pdfs = [...sheets, made].filter((one) => one.type === "application/pdf").length;
        if (pdfs > 0 && sheets.length > 0) problem = t("filing.papers.mixed");
        else if (sheets.length >= rule.max_pages) problem = t("filing.papers.many", { most: rule.max_pages });
        else sheets.push({ ...made, key: newKey(), sent: false, wrong: null });
      } catch (unfit) {
        if (!(unfit instanceof Unfit)) throw unfit;
        problem = `${file.name}: ${t(`filing.papers.unfit.${unfit.reason}`)}`;
      }
    }
    if (problem !== null) this.problem(code, problem);
    if (sheets.length === 0) {
      if (before === undefined) this.without(code);
      return;
    }
    if (sheets.length > pile.sheets.length) {
      announce(t("filing.papers.added", { count: sheets.length }));
      const scanned = provenance !== "digital" && sheets.some((one) => one.type === "application/pdf");
      await this.edit(code, sheets, scanned ? "scan" : provenance);
    } else this.put(code, { pile, stage: "gathering", progress: {}, refusal: null });
  }

  async move(component: string, index: number, by: -1 | 1): Promise<void> {
    const sheets = [...(this.work(component)?.pile.sheets ?? [])];
    const [one] = sheets.splice(index, 1);
    if (one === undefined) return;
    sheets.splice(index + by, 0, one);
    await this.edit(component, sheets);
    announce(t("filing.papers.moved", { page: index + by + 1, count: sheets.length }));
  }

  async remove(component: string, index: number): Promise<void> {
    const sheets = (this.work(component)?.pile.sheets ?? []).filter((_, at) => at !== index);
    if (sheets.length === 0) return this.abandon(component);
    await this.edit(component, sheets);
    announce(t("filing.papers.removed", { count: sheets.length }));
  }

  /** Other pages or another order are another paper. */
  private async edit(component: string, sheets: Sheet[], provenance?: Pile["provenance"]): Promise<void> {
    const work = this.work(component);
    if (work === undefined) return;
    const pile: Pile = {
      ...work.pile,
      paper: newKey(),
      provenance: provenance ?? work.pile.provenance,
      sheets: sheets.map((one) => ({ ...one, sent: false })),
      started: false,
    };
    this.put(component, { pile, stage: "gathering", progress: {}, refusal: null });
    await keepPile(pile);
  }

  /** Forget the pages that were not taken yet, here and at the server. */
  async abandon(component: string): Promise<void> {
    const work = this.work(component);
    if (work === undefined) return;
    for (const paper of work.pile.opened) await this.erase(paper);
    await dropPile(work.pile.id);
    this.without(component);
    await this.look();
  }

  /** Take a paper back that the server has. Throws Refusal. */
  async takeBack(paper: string): Promise<void> {
    await this.erase(paper);
    await this.look();
  }

  private async erase(paper: string): Promise<void> {
    try {
      await ask(
        api.DELETE("/dossiers/{dossier_id}/papers/{paper_id}", {
          params: { path: { dossier_id: this.dossier, paper_id: paper } },
        }),
      );
    } catch (failed) {
      if (!(failed instanceof Refusal) || failed.status !== 404) throw failed; // never opened: nothing to take back
    }
  }

  /** What the server has now. Throws Refusal. */
  async look(): Promise<readonly Paper[]> {
    const { papers } = await fetchDossier(this.dossier);
    this.state.set({ ...this.state.get(), papers });
    return papers;
  }

  /** Send a paper until the inspector has looked at it; a second call while it is on its way does nothing. */
  async send(component: string): Promise<void> {
    if (this.running.has(component)) return;
    this.running.add(component);
    try {
      await this.mark(component, (pile) => ({ ...pile, started: true }));
      for (let failures = 0; !this.end.signal.aborted; ) {
        try {
          if (await this.attempt(component)) return;
          failures = 0;
        } catch (failed) {
          const refusal = asRefusal(failed);
          if (refusal.status === 401) return; // the login follows; the pages wait on the device
          if (refusal.code === "PaperIdTaken") {
            await this.edit(component, this.work(component)?.pile.sheets ?? []);
            continue;
          }
          if (!refusal.offline && refusal.status < 500) {
            await this.mark(component, (pile) => ({ ...pile, started: false }));
            this.stage(component, "failed", refusal);
            announce(refusal.message, true);
            return;
          }
          if (this.work(component)?.stage !== "cut") announce(t("filing.papers.stage.cut"), true);
          this.stage(component, "cut", refusal);
          await this.rest(Math.min(15_000, 1000 * 2 ** failures));
          failures += 1;
        }
      }
    } finally {
      this.running.delete(component);
    }
  }

  /** Try at once instead of waiting for the next turn. */
  hurry(): void {
    dispatchEvent(new Event("online"));
  }

  /** One go: true when the paper is settled, false when it is to be sent again. Throws Refusal. */
  private async attempt(component: string): Promise<boolean> {
    const work = this.work(component);
    if (work === undefined) return true;
    const { pile } = work;
    this.stage(component, "sending");
    if (!pile.opened.includes(pile.paper))
      await this.mark(component, (one) => ({ ...one, opened: [...one.opened, one.paper] }));
    const slot = await ask(
      api.POST("/dossiers/{dossier_id}/papers", {
        params: { path: { dossier_id: this.dossier } },
        body: {
          id: pile.paper,
          component,
          provenance: pile.provenance,
          files: pile.sheets.map((one) => ({
            name: one.name,
            size: one.blob.size,
            type: one.type as string,
            sha256: one.sha256,
          })),
        },
      }),
    );
    if (slot.paper.status === "expected") {
      for (const upload of slot.uploads) await this.upload(component, upload);
      this.stage(component, "checking");
    }
    return this.settled(component, pile.paper);
  }

  private async upload(component: string, upload: Upload): Promise<void> {
    const sheet = this.work(component)?.pile.sheets[upload.page - 1];
    if (sheet === undefined || sheet.sent) return;
    await post(upload, sheet, (share) => {
      const now = this.work(component);
      if (now) this.put(component, { ...now, progress: { ...now.progress, [sheet.key]: share } });
    }, this.end.signal);
    await this.mark(component, (pile) => ({
      ...pile,
      sheets: pile.sheets.map((one) => (one.key === sheet.key ? { ...one, sent: true } : one)),
    }));
  }

  private async settled(component: string, id: string): Promise<boolean> {
    const until = Date.now() + patience;
    for (let turn = 0; !this.end.signal.aborted; turn += 1) {
      const paper = (await this.look()).find((one) => one.id === id);
      const work = this.work(component);
      if (work === undefined || work.pile.paper !== id) return true;
      if (paper === undefined || paper.status === "verified" || paper.status === "replaced") {
        await dropPile(work.pile.id);
        this.without(component);
        if (paper !== undefined) announce(t("filing.papers.verified.spoken"));
        return true;
      }
      if (paper.status === "refused") {
        await this.refused(component, paper);
        return true;
      }
      if (Date.now() > until) {
        this.stage(component, "slow");
        await this.mark(component, (pile) => ({ ...pile, sheets: pile.sheets.map((one) => ({ ...one, sent: false })) }));
        return false;
      }
      await this.rest(looks[Math.min(turn, looks.length - 1)] ?? patience);
    }
    return true;
  }

  /** The pages stay, each with the inspector's words; sent again they are another paper. */
  private async refused(component: string, paper: Paper): Promise<void> {
    await this.mark(component, (pile) => ({
      ...pile,
      paper: newKey(),
      started: false,
      sheets: pile.sheets.map((one, at) => ({ ...one, sent: false, wrong: paper.pages[at]?.message ?? null })),
    }));
    this.stage(component, "refused");
    announce(t("filing.papers.stage.refused"), true);
  }

  private async mark(component: string, change: (pile: Pile) => Pile): Promise<void> {
    const work = this.work(component);
    if (work === undefined) return;
    const pile = change(work.pile);
    this.put(component, { ...work, pile });
    await keepPile(pile);
  }

  private stage(component: string, stage: Stage, refusal: Refusal | null = null): void {
    const work = this.work(component);
    if (work) this.put(component, { ...work, stage, refusal });
  }

  private put(component: string, work: Work): void {
    const before = this.state.get();
    this.state.set({ ...before, works: { ...before.works, [component]: work } });
  }

  private without(component: string): void {
    const before = this.state.get();
    const { [component]: _, ...works } = before.works;
    this.state.set({ ...before, works });
  }

  private problem(component: string, text: string | null): void {
    const before = this.state.get();
    const { [component]: _, ...problems } = before.problems;
    this.state.set({ ...before, problems: text === null ? problems : { ...problems, [component]: text } });
    if (text !== null) announce(text, true);
  }

  /** Wait so long, or until the network is back, or the flow is left. */
  private rest(milliseconds: number): Promise<void> {
    return new Promise((go) => {
      const done = (): void => {
        clearTimeout(timer);
        removeEventListener("online", done);
        this.end.signal.removeEventListener("abort", done);
        go();
      };
      const timer = setTimeout(done, milliseconds);
      addEventListener("online", done);
      this.end.signal.addEventListener("abort", done);
    });
  }
}

/** One page to the storage, with the form that the API gave. XMLHttpRequest alone tells how far it is. */
function post(upload: Upload, sheet: Sheet, told: (share: number) => void, end: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const lost = (): void => {
      clearTimeout(watch);
      fail(new Refusal(0, "Offline", t("error.offline")));
    };
    const request = new XMLHttpRequest();
    let watch = setTimeout(() => request.abort(), stall);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), stall);
      told(total > 0 ? loaded / total : 0);
    };
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => {
      clearTimeout(watch);
      if (request.status >= 200 && request.status < 300) {
        told(1);
        done();
      } else if (request.status === 403) {
        lost(); // the form has expired: ask for a new one and go on
      } else fail(new Refusal(request.status, "UploadRefused", t("filing.papers.upload.refused")));
    };
    end.addEventListener("abort", () => request.abort(), { once: true });
    const body = new FormData();
    for (const [name, value] of Object.entries(upload.fields)) body.append(name, value);
    body.append("file", sheet.blob, sheet.name);
    request.open("POST", upload.url);
    request.send(body);
  });
}
