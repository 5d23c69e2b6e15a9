// What the phone keeps for one person: jobs, the queue of what is to be sent, pictures, half-filled forms.
import { openDB, deleteDB, type DBSchema, type IDBPDatabase } from "idb";
import type { KeptSite } from "./installation";
import type { Item, Kept, KeptLog, KeptWalk, Meta } from "./types";

interface Schema extends DBSchema {
  jobs: { key: string; value: Kept };
  rounds: { key: string; value: KeptWalk };
  sites: { key: string; value: KeptSite };
  logs: { key: string; value: KeptLog };
  queue: { key: number; value: Item; indexes: { key: string } };
  blobs: { key: string; value: Blob };
  meta: { key: string; value: unknown };
  drafts: { key: string; value: Record<string, string> };
}

/** where things are kept that come from the server */
export type Kind = "jobs" | "rounds" | "logs" | "sites";

const PREFIX = "jiannuo-field-";
/** a record beside the databases of which person each is, and whether something waits in it */
const INDEX = "jiannuo.field.people";

export class Full extends Error {}

/** Whose data are on this phone: mark → how many steps wait to be sent. */
export function people(): Record<string, number> {
  return JSON.parse(localStorage.getItem(INDEX) ?? "{}") as Record<string, number>;
}

function note(person: string, waiting: number | null): void {
  const known = people();
  if (waiting === null) delete known[person];
  else known[person] = waiting;
  localStorage.setItem(INDEX, JSON.stringify(known));
}

export class Store {
  private constructor(
    readonly person: string,
    private readonly db: IDBPDatabase<Schema>,
  ) {}

  static async open(person: string): Promise<Store> {
    const db = await openDB<Schema>(PREFIX + person, 3, {
      upgrade(fresh, version) {
        if (version < 2) fresh.createObjectStore("rounds", { keyPath: "number" });
        if (version < 3) fresh.createObjectStore("sites", { keyPath: "number" });
        if (version < 3) fresh.createObjectStore("logs", { keyPath: "number" });
        if (version >= 1) return;
        fresh.createObjectStore("jobs", { keyPath: "number" });
        fresh.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("key", "key", { unique: true });
        fresh.createObjectStore("blobs");
        fresh.createObjectStore("meta");
        fresh.createObjectStore("drafts");
      },
      // A newer app in another tab wants to change the stores: this one begins anew.
      blocking: () => location.reload(),
    });
    const store = new Store(person, db);
    note(person, (await store.unsent()).length);
    return store;
  }

  // Reading

  async jobs(): Promise<Kept[]> {
    return this.db.getAll("jobs");
  }

  async rounds(): Promise<KeptWalk[]> {
    return this.db.getAll("rounds");
  }

  async sites(): Promise<KeptSite[]> {
    return this.db.getAll("sites");
  }

  async logs(): Promise<KeptLog[]> {
    return this.db.getAll("logs");
  }

  async job(number: string): Promise<Kept | undefined> {
    return this.db.get("jobs", number);
  }

  async queue(): Promise<Item[]> {
    return this.db.getAll("queue");
  }

  async unsent(): Promise<Item[]> {
    return (await this.queue()).filter((item) => item.state !== "done");
  }

  async blob(key: string): Promise<Blob | undefined> {
    return this.db.get("blobs", key);
  }

  async meta(): Promise<Meta | undefined> {
    return (await this.db.get("meta", "meta")) as Meta | undefined;
  }

  async draft(key: string): Promise<Record<string, string>> {
    return (await this.db.get("drafts", key)) ?? {};
  }

  /** The half-filled forms whose keys begin so. */
  async draftsOf(prefix: string): Promise<[string, Record<string, string>][]> {
    const keys = (await this.db.getAllKeys("drafts")).filter((key) => key.startsWith(prefix));
    return Promise.all(keys.map(async (key): Promise<[string, Record<string, string>]> => [key, await this.draft(key)]));
  }

  // Writing

  /** Keep what the server said last; it knows of all that was done by then. */
  async setMeta(meta: Meta): Promise<void> {
    await this.roomy(async () => {
      const change = this.db.transaction(["meta", "queue"], "readwrite");
      await whole(change, async () => {
        await change.objectStore("meta").put(meta, "meta");
        for (const item of await change.objectStore("queue").getAll()) {
          if (item.state === "done" && !item.counted) await change.objectStore("queue").put({ ...item, counted: true });
        }
      });
    });
  }

  async setDraft(key: string, values: Record<string, string> | null): Promise<void> {
    if (values === null) await this.db.delete("drafts", key);
    else await this.roomy(() => this.db.put("drafts", values, key));
  }

  /** Keep a half-filled form with a picture of it; false when the phone is full. */
  async keepDraftPicture(key: string, values: Record<string, string>, picture: string, blob: Blob): Promise<boolean> {
    for (let turn = 0; turn < 2; turn++) {
      try {
        const change = this.db.transaction(["blobs", "drafts"], "readwrite");
        await Promise.all([change.objectStore("blobs").put(blob, picture), change.objectStore("drafts").put(values, key), change.done]);
        return true;
      } catch (error) {
        if (!isFull(error)) throw error;
        await this.makeRoom();
      }
    }
    return false;
  }

  /** Keep steps with their pictures, all or none. When the phone is full, finished jobs make room first. */
  async record(items: Item[], pictures: Map<string, Blob>): Promise<void> {
    await this.roomy(() => this.write(items, pictures));
    await this.count();
  }

  private async write(items: Item[], pictures: Map<string, Blob>): Promise<void> {
    const change = this.db.transaction(["queue", "blobs"], "readwrite");
    await whole(change, () =>
      Promise.all([
        ...[...pictures].map(([key, blob]) => change.objectStore("blobs").put(blob, key)),
        ...items.map((item) => change.objectStore("queue").put(item)),
      ]),
    );
  }

  /** Write; when the phone is full once more, after finished jobs made room. Full says that there is still no room. */
  private async roomy(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.makeRoom();
      try {
        await write();
      } catch (again) {
        throw isFull(again) ? new Full() : again;
      }
    }
  }

  async change(item: Item): Promise<void> {
    await this.roomy(() => this.db.put("queue", item));
    await this.count();
  }

  /** Take steps out of the queue, with their pictures. */
  async drop(items: Item[]): Promise<void> {
    const change = this.db.transaction(["queue", "blobs"], "readwrite");
    for (const item of items) {
      if (item.seq !== undefined) void change.objectStore("queue").delete(item.seq);
      for (const key of Object.values(item.files)) void change.objectStore("blobs").delete(key);
    }
    await change.done;
    await this.count();
  }

  /** Put other steps in the place of some, in one go; pictures that the new ones name are kept. */
  async replace(old: Item[], fresh: Item[]): Promise<void> {
    const change = this.db.transaction(["queue", "blobs"], "readwrite");
    const wanted = new Set(fresh.flatMap((item) => Object.values(item.files)));
    for (const item of old) {
      if (item.seq !== undefined) void change.objectStore("queue").delete(item.seq);
      for (const key of Object.values(item.files)) if (!wanted.has(key)) void change.objectStore("blobs").delete(key);
    }
    for (const item of fresh) void change.objectStore("queue").put(item);
    await change.done;
    await this.count();
  }

  /** What the server says about a job; what it has taken over by then leaves the queue in the same go. */
  async keep(job: Kept | KeptWalk | KeptLog | KeptSite, where: Kind = "jobs"): Promise<void> {
    await this.roomy(async () => {
      const change = this.db.transaction([where, "queue", "blobs"], "readwrite");
      await whole(change, async () => {
        await change.objectStore(where).put(job);
        for (const item of await change.objectStore("queue").getAll()) {
          if (item.number !== job.number || item.state !== "done" || item.seq === undefined) continue;
          await change.objectStore("queue").delete(item.seq);
          for (const key of Object.values(item.files)) await change.objectStore("blobs").delete(key);
        }
      });
    });
  }

  async mark(job: Kept): Promise<void> {
    await this.db.put("jobs", job);
  }

  /** Forget a job, its half-filled forms and what was sent of it. */
  async forget(number: string, where: Kind = "jobs"): Promise<void> {
    await this.drop((await this.queue()).filter((item) => item.number === number && item.state === "done"));
    await this.db.delete(where, number);
    for (const key of await this.db.getAllKeys("drafts")) if (key.startsWith(`${number}/`)) await this.db.delete("drafts", key);
    await this.sweep();
  }

  /** Throw away pictures that neither a step nor a half-filled form names. */
  private async sweep(): Promise<void> {
    const change = this.db.transaction(["queue", "drafts", "blobs"], "readwrite");
    const named = new Set((await change.objectStore("queue").getAll()).flatMap((item) => Object.values(item.files)));
    for (const values of await change.objectStore("drafts").getAll()) for (const value of Object.values(values)) named.add(value);
    for (const key of await change.objectStore("blobs").getAllKeys()) if (!named.has(key)) void change.objectStore("blobs").delete(key);
    await change.done;
  }

  /** Drop finished jobs and what was sent already. */
  async makeRoom(): Promise<void> {
    for (const job of await this.jobs()) if (job.finished) await this.forget(job.number);
    await this.drop((await this.queue()).filter((item) => item.state === "done"));
  }

  /** Leave nothing of this person but what is still to be sent. */
  async lock(): Promise<void> {
    for (const job of await this.jobs()) await this.db.delete("jobs", job.number);
    await this.db.clear("rounds");
    await this.db.clear("sites");
    await this.db.clear("logs");
    await this.db.clear("drafts");
    await this.db.delete("meta", "meta");
    await this.drop((await this.queue()).filter((item) => item.state === "done"));
    await this.sweep();
  }

  async erase(): Promise<void> {
    this.db.close();
    note(this.person, null);
    await deleteDB(PREFIX + this.person);
  }

  close(): void {
    this.db.close();
  }

  private async count(): Promise<void> {
    note(this.person, (await this.unsent()).length);
  }
}

/** All of a transaction or nothing; it throws the error that made it fail. */
async function whole(change: { abort(): void; done: Promise<void> }, work: () => Promise<unknown>): Promise<void> {
  try {
    await Promise.all([work(), change.done]);
  } catch (error) {
    try {
      change.abort();
    } catch {
      // it was aborted by the failure itself
    }
    await change.done.catch(() => undefined);
    throw error;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "QuotaExceededError" || error.name === "AbortError");
}
