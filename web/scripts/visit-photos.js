/*
 * Pictures of a visit: chosen or taken in the field, made smaller there, and sent once there is a network. They are too large for localStorage
 * and wait in IndexedDB, each under a key that makes it count once. ES5 only, after minyi.js; used by visit.js.
 */
(function () {
  'use strict';

  if (!window.minyi) { return; }
  var minyi = window.minyi;

  function store(then) {
    if (!window.indexedDB) { then(null); return; }
    var opening = window.indexedDB.open('minyi-field', 1);
    opening.onupgradeneeded = function () { opening.result.createObjectStore('photos', { keyPath: 'key' }); };
    opening.onerror = function () { then(null); };
    opening.onsuccess = function () { then(opening.result); };
  }
  function withPhotos(mode, work, then) {
    store(function (database) {
      if (!database) { then(null); return; }
      var deal = database.transaction('photos', mode);
      var asked = work(deal.objectStore('photos'));
      deal.oncomplete = function () { database.close(); then(asked ? asked.result : true); };
      deal.onerror = deal.onabort = function () { database.close(); then(null); };
    });
  }

  /* A picture of at most 1,600 pixels, as JPEG: a phone's own is ten times as large, and says where and when it was taken. */
  function smaller(file, then) {
    var image = new Image();
    var address = window.URL.createObjectURL(file);
    image.onerror = function () { window.URL.revokeObjectURL(address); then(file); };
    image.onload = function () {
      var scale = Math.min(1, 1600 / Math.max(image.width, image.height));
      var canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      window.URL.revokeObjectURL(address);
      if (!canvas.toBlob) { then(file); return; }
      canvas.toBlob(function (blob) { then(blob || file); }, 'image/jpeg', 0.8);
    };
    image.src = address;
  }

  /*
   * it.own: of which visit, and whose. it.form: in which they are chosen; null where none are taken any more. it.address: where they are sent.
   * it.box: the outbox that sends. it.words(name): a sentence of the page. it.say(sentence), it.changed(): show it, show what there is.
   * it.answered(answer): what the server said.
   */
  minyi.visitPhotos = function (it) {
    /* Those that were refused since the page was opened; the next time they are tried once more. */
    var tried = {};
    /* A refused picture whose words are being corrected: it need not be chosen again. */
    var back = null;
    var form = it.form;
    var backSaid = form && form.querySelector('[data-back]');
    var keepPhoto = form && form.querySelector('[type="submit"]');

    /* Those of this visit, as a cursor finds them; old browsers have no getAll. */
    function all(then) {
      var found = [];
      withPhotos('readonly', function (kept) {
        kept.openCursor().onsuccess = function (event) {
          var cursor = event.target.result;
          if (!cursor) { return; }
          if (cursor.value.visit === it.own) { found.push(cursor.value); }
          cursor['continue']();
        };
      }, function (done) { then(done === null ? [] : found); });
    }

    function put(photo, then) {
      withPhotos('readwrite', function (kept) { return kept.put(photo); }, then);
    }
    function drop(photo) {
      if (back && back.key === photo.key) { takeBack(null); }
      withPhotos('readwrite', function (kept) { return kept['delete'](photo.key); }, function () { it.changed(); it.box.soon(0); });
    }

    function takeBack(photo) {
      back = photo;
      backSaid.hidden = !photo;
      backSaid.textContent = photo ? minyi.fill(it.words('photo-back'), { name: photo.name || '' }) : '';
    }
    function correct(photo) {
      var fields = form.elements;
      /* What is being filled in is kept first: nothing is written over. */
      if (fields.photo.value || fields.caption.value && !back) { it.say(it.words('photo-first')); keepPhoto.focus(); return; }
      fields.caption.value = photo.caption;
      fields.nobody.checked = photo.nobody;
      fields.consents.checked = photo.consents;
      takeBack(photo);
      fields.caption.focus();
    }

    if (form) {
      form.addEventListener('submit', function (event) {
        var input = form.elements.photo;
        /* Pressed twice, it is one picture: making it smaller takes a phone a while. */
        if (keepPhoto.disabled) { event.preventDefault(); return; }
        var file = input.files && input.files[0];
        if (!file && !back || !window.indexedDB) { return; }
        event.preventDefault();
        var photo = {
          key: back ? back.key : minyi.newKey(), visit: it.own, blob: back && back.blob, name: file ? file.name : back.name,
          caption: form.elements.caption.value, nobody: form.elements.nobody.checked, consents: form.elements.consents.checked,
          takenAt: file ? new Date().toISOString() : back.takenAt
        };
        tried[photo.key] = false;
        takeBack(null);
        keepPhoto.disabled = true;
        form.reset();
        function keep(blob) {
          photo.blob = blob;
          put(photo, function (done) {
            keepPhoto.disabled = false;
            if (done === null) {
              it.say(it.words('no-room'));
              form.elements.caption.value = photo.caption;
            }
            it.changed();
            it.box.soon(0);
          });
        }
        if (file) { smaller(file, keep); } else { keep(photo.blob); }
      });
    }

    function send() {
      all(function (found) {
        var next = found.filter(function (photo) { return !photo.why || !tried[photo.key]; })[0];
        if (!form || !next || it.box.isBusy()) { it.changed(); return; }
        sendOne(next);
      });
    }
    function sendOne(photo) {
      var data = new FormData();
      var add = data.append.bind(data);
      add('csrf', it.box.csrf());
      add('key', photo.key);
      add('caption', photo.caption);
      if (photo.nobody) { add('nobody', 'on'); }
      if (photo.consents) { add('consents', 'on'); }
      add('taken_at', photo.takenAt);
      add('photo', photo.blob, 'photo.jpg');
      it.box.post(it.address, data, function (answer, status) {
        if (status === 422) {
          photo.why = answer.note || it.words('one-refused');
          photo.over = answer.over;
          tried[photo.key] = true;
          put(photo, function () { it.changed(); it.box.soon(0); });
        } else {
          it.answered(answer);
          drop(photo);
        }
      });
    }

    return { all: all, drop: drop, correct: correct, send: send };
  };
}());
