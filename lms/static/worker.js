// Keeps the lessons somebody opened, so that they can be read without a connection, for that one reader only.
"use strict";

const LESSONS = "askwell-lessons-";
const SHELF = "askwell-shelf"; // styles, fonts and pictures, which are everybody’s
const PATIENCE = 6000; // milliseconds, after which a copy is better than a connection that hardly is one
const base = new URL("./", self.location).pathname;
const OFFLINE = `${base}offline`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.add(OFFLINE)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A lesson that was open before this keeper came, or in which something was written, is fetched once more, to be kept.
self.addEventListener("message", (event) => {
  const { keep: path, with: things } = event.data ?? {};
  if (!path) return;
  const again = fetch(path).then((answer) => keep(path, answer));
  event.waitUntil(Promise.allSettled([again, ...things.map((each) => thing(new Request(each)))]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
  else if (/^(static|learn\/media)\//.test(url.pathname.slice(base.length))) event.respondWith(thing(request));
});

async function page(request, path) {
  const copy = await kept(path);
  const asked = fetch(request).then(async (answer) => {
    await keep(path, answer.clone());
    return answer;
  });
  try {
    if (!copy) return await asked;
    const late = new Promise((done) => { setTimeout(done, PATIENCE); });
    return (await Promise.race([asked, late])) ?? (await dated(copy));
  } catch {
    return copy ? dated(copy) : away();
  }
}

// Whose page it is says the server. Another reader’s page, or the door with nobody signed in, sends the former’s away.
async function keep(path, answer) {
  if (answer.type === "opaqueredirect" || answer.status >= 500) return;
  const reader = answer.headers.get("X-Reader");
  if (!reader) return;
  const mine = LESSONS + reader;
  for (const name of await caches.keys()) {
    if (name.startsWith(LESSONS) && name !== mine) await caches.delete(name);
  }
  if (answer.ok && answer.headers.get("X-Offline") === "keep") {
    await (await caches.open(mine)).put(path, answer);
  }
}

async function kept(path) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(LESSONS) && (await (await caches.open(name)).match(path));
    if (found) return found;
  }
  return undefined;
}

const html = (words) => new Response(words, { headers: { "Content-Type": "text/html; charset=utf-8" } });

async function dated(copy) {
  const at = new Date(copy.headers.get("Date") ?? Date.now());
  const when = at.toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  const said = `<p class="notice" role="status" data-copy-of>You are offline. This is your copy of ${when}. What you write is kept on this device and goes off when you are back online.</p>`;
  return html((await copy.text()).replace("<!-- a copy says here of when it is -->", said));
}

async function away() {
  const words = await (await caches.match(OFFLINE))?.text();
  if (!words) return Response.error();
  const links = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(LESSONS)) continue;
    const lessons = await caches.open(name);
    for (const request of await lessons.keys()) {
      const title = (await (await lessons.match(request)).text()).match(/<h1[^>]*>(.*?)<\/h1>/s)?.[1] ?? "A lesson";
      links.push(`<a class="go" href="${new URL(request.url).pathname}">${title}</a>`);
    }
  }
  return html(words.replace("<!-- lessons on this device -->", links.join("") || "<p>None is kept here yet.</p>"));
}

async function thing(request) {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await shelf.put(request, answer.clone());
    return answer;
  } catch {
    return (await shelf.match(request)) ?? Response.error();
  }
}
