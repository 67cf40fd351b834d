// How fast an upload goes, judged by its last seconds, and how long the rest takes.

interface Sample {
  at: number;
  bytes: number;
}

const windowMilliseconds = 10_000;

export class Pace {
  private samples: Sample[] = [];

  /** `bytes` are all that have arrived so far. */
  note(bytes: number, at: number): void {
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && at - this.samples[0].at > windowMilliseconds) this.samples.shift();
  }

  clear(): void {
    this.samples = [];
  }

  /** Bytes a second; undefined until two samples lie apart. */
  get rate(): number | undefined {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || last.at - first.at < 200) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  secondsFor(bytes: number): number | undefined {
    const rate = this.rate;
    return rate ? bytes / rate : undefined;
  }
}
