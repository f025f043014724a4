/*
 * Keeps the page for notes in the field, with what it is made of, for places without a network: the newest answer when there is one,
 * else the one that was kept. Nothing else goes through it, and it keeps nothing that anybody typed.
 */
self.addEventListener('install', function () { self.skipWaiting(); });
self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

self.addEventListener('fetch', function (event) {
  var request = event.request;
  var path = new URL(request.url).pathname;
  var isOurs = /^\/desk\/visits\/[^/]+\/field$/.test(path) || /^\/(styles|scripts|images)\//.test(path);
  if (request.method !== 'GET' || !isOurs) { return; }
  event.respondWith(caches.open('minyi-field').then(function (kept) {
    return fetch(request).then(function (answer) {
      /* A sign-in page that came instead is shown, but not kept. */
      if (answer.ok && !answer.redirected) { kept.put(request, answer.clone()); }
      return answer;
    }).catch(function (error) {
      return kept.match(request).then(function (found) {
        if (found) { return found; }
        throw error;
      });
    });
  }));
});
