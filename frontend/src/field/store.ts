// What the phone keeps for one person: jobs, the queue of what is to be sent, pictures, half-filled forms.
import { openDB, deleteDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Item, Kept, Meta } from "./types";

interface Schema extends DBSchema {
  jobs: { key: string; value: Kept };
  queue: { key: number; value: Item; indexes: { key: string } };
  blobs: { key: string; value: Blob };
  meta: { key: string; value: unknown };
  drafts: { key: string; value: Record<string, string> };
}

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
    const db = await openDB<Schema>(PREFIX + person, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("jobs", { keyPath: "number" });
        fresh.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("key", "key", { unique: true });
        fresh.createObjectStore("blobs");
        fresh.createObjectStore("meta");
        fresh.createObjectStore("drafts");
      },
    });
    const store = new Store(person, db);
    note(person, (await store.unsent()).length);
    return store;
  }

  // Reading

  async jobs(): Promise<Kept[]> {
    return this.db.getAll("jobs");
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

  // Writing

  async setMeta(meta: Meta): Promise<void> {
    await this.db.put("meta", meta, "meta");
  }

  async setDraft(key: string, values: Record<string, string> | null): Promise<void> {
    if (values === null) await this.db.delete("drafts", key);
    else await this.db.put("drafts", values, key);
  }

  /** Keep steps with their pictures, all or none. When the phone is full, finished jobs make room first. */
  async record(items: Item[], pictures: Map<string, Blob>): Promise<void> {
    try {
      await this.write(items, pictures);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.makeRoom();
      try {
        await this.write(items, pictures);
      } catch (again) {
        throw isFull(again) ? new Full() : again;
      }
    }
    await this.count();
  }

  private async write(items: Item[], pictures: Map<string, Blob>): Promise<void> {
    const change = this.db.transaction(["queue", "blobs"], "readwrite");
    try {
      const writes = [
        ...[...pictures].map(([key, blob]) => change.objectStore("blobs").put(blob, key)),
        ...items.map((item) => change.objectStore("queue").put(item)),
      ];
      await Promise.all([...writes, change.done]);
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

  async change(item: Item): Promise<void> {
    await this.db.put("queue", item);
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
  async keep(job: Kept): Promise<void> {
    const change = this.db.transaction(["jobs", "queue", "blobs"], "readwrite");
    void change.objectStore("jobs").put(job);
    for (const item of await change.objectStore("queue").getAll()) {
      if (item.number !== job.number || item.state !== "done" || item.seq === undefined) continue;
      void change.objectStore("queue").delete(item.seq);
      for (const key of Object.values(item.files)) void change.objectStore("blobs").delete(key);
    }
    await change.done;
  }

  async mark(job: Kept): Promise<void> {
    await this.db.put("jobs", job);
  }

  /** Forget a job, its half-filled forms and what was sent of it. */
  async forget(number: string): Promise<void> {
    await this.drop((await this.queue()).filter((item) => item.number === number && item.state === "done"));
    await this.db.delete("jobs", number);
    for (const key of await this.db.getAllKeys("drafts")) if (key.startsWith(`${number}/`)) await this.db.delete("drafts", key);
  }

  /** Drop finished jobs and what was sent already. */
  async makeRoom(): Promise<void> {
    for (const job of await this.jobs()) if (job.finished) await this.forget(job.number);
    await this.drop((await this.queue()).filter((item) => item.state === "done"));
  }

  /** Leave nothing of this person but what is still to be sent. */
  async lock(): Promise<void> {
    for (const job of await this.jobs()) await this.db.delete("jobs", job.number);
    await this.db.clear("drafts");
    await this.db.delete("meta", "meta");
    await this.drop((await this.queue()).filter((item) => item.state === "done"));
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

function isFull(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "QuotaExceededError" || error.name === "AbortError");
}
