// Keeps the app for times without a network. The line above this one, written by the server, says what belongs to it.
//
// What is kept is public: files that the server calls so, and pages as somebody without a cookie gets them. An answer
// that is meant for one person is never stored, and nothing that is sent (a picture, a form) is touched at all.
const NAME = `epiluma-${SITE.version}`;
const OURS = "epiluma-";
const FILES = new Set([...SITE.files, ...SITE.reader]);

self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(replaceOlder()));
self.addEventListener("message", (event) => {
  // What reading on the device takes is large: kept only once a page has loaded it anyway.
  if (event.data === "keep-reader") event.waitUntil(keepReader());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch((error) => pageKept(request, error)));
  else if (belongs(new URL(request.url))) event.respondWith(fileOf(request));
});

async function keepShell() {
  const cache = await caches.open(NAME);
  await Promise.all([cache.addAll(SITE.files), ...SITE.tool.map((path) => keepPage(cache, path))]);
}

async function keepReader() {
  const cache = await caches.open(NAME);
  const missing = [];
  for (const address of SITE.reader) if (!(await cache.match(address))) missing.push(address);
  await cache.addAll(missing);
  for (const address of SITE.extras) await keepExtra(cache, address);
}

async function keepExtra(cache, path) {
  if (await cache.match(path)) return;
  await keepPage(cache, path).catch(() => {}); // nice to have; a page that fails now is there when the network is
}

// Without cookies and in the language of the reader: nobody's own page.
async function keepPage(cache, path) {
  const address = new URL(path, self.location.origin);
  address.searchParams.set("lang", SITE.language);
  const response = await fetch(new Request(address, { credentials: "omit", cache: "no-store" }));
  if (!response.ok || response.redirected) throw new TypeError(`${path}: ${response.status}`);
  await cache.put(path, response);
}

async function pageKept(request, error) {
  const cache = await caches.open(NAME);
  const { pathname } = new URL(request.url);
  const found = (await cache.match(pathname)) ?? (await cache.match(SITE.tool[0]));
  if (!found) throw error;
  return found;
}

async function fileOf(request) {
  const cache = await caches.open(NAME);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(request);
  const isPublic = /\bpublic\b/.test(response.headers.get("Cache-Control") ?? "");
  if (isPublic && response.status === 200) await cache.put(request, response.clone());
  return response;
}

function belongs({ pathname }) {
  return FILES.has(pathname) || SITE.folders.some((folder) => pathname.startsWith(folder));
}

// What the version before has kept under the same address need not be loaded again.
async function replaceOlder() {
  const cache = await caches.open(NAME);
  for (const name of await caches.keys()) {
    if (!name.startsWith(OURS) || name === NAME) continue;
    const older = await caches.open(name);
    for (const address of SITE.reader) {
      const found = await older.match(address);
      if (found && !(await cache.match(address))) await cache.put(address, found);
    }
    await caches.delete(name);
  }
}
