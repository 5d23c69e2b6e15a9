// The service worker: keeps the app's own files, so that it starts without network. It never touches data; jobs and
// the queue are the page's affair.
import { clientsClaim } from "workbox-core";
import { addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

// The server writes the list before this program: only it knows the names of the files with their hashes.
interface Scope {
  __field: { files: PrecacheEntry[]; page: PrecacheEntry & { url: string } };
  skipWaiting(): Promise<void>;
}

const scope = self as unknown as Scope;
const { files, page } = scope.__field;

/** The page as it is kept: good answers only, and whatever the request said about languages and cookies. */
async function plain({ response }: { response: Response }): Promise<Response | null> {
  if (response.status !== 200 || response.redirected) return null;
  const headers = new Headers(response.headers);
  headers.delete("Vary");
  return new Response(await response.blob(), { status: 200, headers });
}

addPlugins([{ cacheWillUpdate: plain }]);
precacheAndRoute([...files, page]);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL(page.url)));
void scope.skipWaiting();
clientsClaim();
