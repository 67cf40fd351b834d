// One file on its way to the host: chunk by chunk, so that memory stays flat, and from where it stopped after any break.
import { ApiProblem, asProblem, get, newKey, send, type Upload } from "../../api";
import { Pace } from "./pace";
import { forget, remember, rememberedFor } from "./remembered";

export type TransferState = "sending" | "paused" | "waiting" | "digest" | "done" | "failed" | "cancelled";

export interface TransferView {
  state: TransferState;
  /** Bytes that the host has. */
  received: number;
  bytes: number;
  /** Bytes a second over the last seconds. */
  rate?: number;
  secondsLeft?: number;
  /** As the host last told it. */
  upload?: Upload;
  problem?: ApiProblem;
  /** It went on from bytes that were there before. */
  resumedAt?: number;
}

export const chunkBytes = 8 * 1024 * 1024;
const longestPause = 30_000;

export class Transfer {
  readonly file: File;
  readonly project: string;
  view: TransferView;
  private watchers = new Set<() => void>();
  private abort: AbortController | undefined;
  private pace = new Pace();
  private createKey = newKey();

  constructor(file: File, project: string) {
    this.file = file;
    this.project = project;
    this.view = { state: "paused", received: 0, bytes: file.size };
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  start(): void {
    if (this.abort || this.view.state === "done" || this.view.state === "cancelled") return;
    const abort = new AbortController();
    this.abort = abort;
    this.pace.clear();
    this.show({ state: "sending", problem: undefined });
    this.sendAll(abort.signal)
      .catch((thrown) => {
        if (!abort.signal.aborted) this.show({ state: "failed", problem: asProblem(thrown) });
      })
      .then(() => {
        if (this.abort === abort) this.abort = undefined;
      });
  }

  pause(): void {
    this.stop();
    if (this.view.state !== "done") this.show({ state: "paused", rate: undefined, secondsLeft: undefined });
  }

  async cancel(): Promise<void> {
    this.stop();
    this.show({ state: "cancelled" });
    const upload = this.view.upload;
    if (!upload) return;
    forget(upload.id);
    await send("DELETE", `/uploads/${upload.id}`);
  }

  private stop(): void {
    this.abort?.abort();
    this.abort = undefined;
  }

  private async sendAll(signal: AbortSignal): Promise<void> {
    let upload = this.view.upload ?? (await this.findOrCreate(signal));
    this.take(upload);
    let failures = 0;
    while (upload.state === "receiving" && upload.received < this.file.size) {
      const offset = upload.received;
      const bytes = await readChunk(this.file, offset);
      if (signal.aborted) return;
      try {
        const answer = await send<Upload>("PATCH", `/uploads/${upload.id}`, { query: { offset }, body: bytes, signal });
        upload = answer.data;
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        const problem = asProblem(thrown);
        // A chunk may have arrived although its answer did not: what the host has decides where to go on.
        if (!passes(problem) || (problem.status === 409 && failures > 2)) throw problem;
        failures += 1;
        if (problem.status !== 409) await this.waitFor(problem, failures, signal);
        if (signal.aborted) return;
        upload = await this.read(upload, signal);
      }
      this.take(upload);
    }
    if (upload.state === "receiving") {
      this.show({ state: "digest", rate: undefined, secondsLeft: undefined });
      upload = (await send<Upload>("POST", `/uploads/${upload.id}/complete`, { body: {}, signal })).data;
    }
    this.show({ state: "done", upload, received: upload.received, rate: undefined, secondsLeft: undefined });
  }

  private async findOrCreate(signal: AbortSignal): Promise<Upload> {
    const known = rememberedFor(this.file, this.project);
    if (known) {
      try {
        const upload = await get<Upload>(`/uploads/${known.upload}`, undefined, signal);
        if (upload.state !== "published") {
          this.show({ resumedAt: upload.received });
          return upload;
        }
      } catch (thrown) {
        if (asProblem(thrown).status !== 404) throw thrown;
      }
      forget(known.upload);
    }
    const { data } = await send<Upload>("POST", "/uploads", {
      body: { project: this.project, name: this.file.name, bytes: this.file.size },
      idempotencyKey: this.createKey,
      signal,
    });
    remember(data.id, this.file, this.project);
    return data;
  }

  private async read(upload: Upload, signal: AbortSignal): Promise<Upload> {
    try {
      return await get<Upload>(`/uploads/${upload.id}`, undefined, signal);
    } catch (thrown) {
      if (passes(asProblem(thrown))) return upload;
      throw thrown;
    }
  }

  private waitFor(problem: ApiProblem, failures: number, signal: AbortSignal): Promise<void> {
    this.show({ state: "waiting", problem, rate: undefined, secondsLeft: undefined });
    this.pace.clear();
    const pause = Math.min(longestPause, 1000 * 2 ** (failures - 1));
    return new Promise((resolve) => {
      const end = () => {
        window.clearTimeout(timer);
        window.removeEventListener("online", end);
        resolve();
      };
      const timer = window.setTimeout(end, pause);
      window.addEventListener("online", end);
      signal.addEventListener("abort", end, { once: true });
    });
  }

  private take(upload: Upload): void {
    this.pace.note(upload.received, performance.now());
    this.show({
      state: "sending", problem: undefined, upload, received: upload.received, rate: this.pace.rate,
      secondsLeft: this.pace.secondsFor(this.file.size - upload.received),
    });
  }

  private show(change: Partial<TransferView>): void {
    this.view = { ...this.view, ...change };
    this.watchers.forEach((watcher) => watcher());
  }
}

/** What is over by itself: the network, a restart, too many requests, or an offset that the host corrects. */
function passes(problem: ApiProblem): boolean {
  return problem.status === 0 || problem.status === 409 || problem.status === 429 || problem.status === 502 ||
    problem.status === 503 || problem.status === 504;
}

async function readChunk(file: File, offset: number): Promise<ArrayBuffer> {
  try {
    return await file.slice(offset, offset + chunkBytes).arrayBuffer();
  } catch {
    throw new ApiProblem({
      title: "The file can't be read any more",
      detail: `${file.name} was changed, moved or removed while it was being sent.`,
      next: "Choose the file again. If it is unchanged, the upload goes on where it stopped.",
      origin: "user",
      status: 0,
    });
  }
}
