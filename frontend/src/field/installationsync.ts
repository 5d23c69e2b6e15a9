// Bringing the installations on the phone up to date with the server's list.
import { takeSite } from "./server";
import type { Store } from "./store";
import { keepJob, settled, unsettled, type Report } from "./sync";
import type { Hello } from "./types";

/** The installations of the server's list; one that has left it goes, unless something of it is not sent. */
export async function pullSites(store: Store, latest: Hello, touched: Set<string>, report: Report): Promise<void> {
  const { unsent, open } = await unsettled(store);
  const kept = new Map((await store.sites()).map((one) => [one.number, one]));
  const wanted = latest.installations ?? {};
  for (const [number, stamp] of Object.entries(wanted)) {
    const known = kept.get(number);
    // While a step waits that may have arrived, the project stays as it was when that was recorded.
    if (known && (open.has(number) || (known.stamp === stamp && !touched.has(number)))) continue;
    const answer = await takeSite(number, store.person);
    if (answer.kind === "ok") await keepJob(store, { number, stamp, pack: answer.data }, report, "sites");
    if (!settled(answer, report)) return;
  }
  for (const one of kept.values()) {
    if (one.number in wanted || unsent.has(one.number)) continue;
    if (!touched.has(one.number) && one.pack.state !== "accepted") report.left.push(one.number);
    await store.forget(one.number, "sites");
  }
}
