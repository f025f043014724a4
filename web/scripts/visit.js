/*
 * Notes in the field: what is written down stands in this phone first, and is sent once there is a network. Words wait in the outbox,
 * pictures in IndexedDB, each under a key that makes it count once however often it is sent. ES5 only, after minyi.js and outbox.js; without this
 * file the form does what it says.
 */
(function () {
  'use strict';

  var root = document.querySelector('[data-field]');
  var form = document.getElementById('note');
  /* Of a visit that takes no more notes only the pictures are shown. */
  if (!root || !form || !window.minyi || !window.minyi.outbox || !window.crypto) { return; }

  var minyi = window.minyi;
  var base = root.getAttribute('data-field');
  var keeper = root.getAttribute('data-keeper');
  /* Of this visit, and of who is signed in. */
  var own = 'visit:' + base + ':' + keeper;
  var TYPED = 'minyi.typed:' + own;
  var pictures = document.getElementById('photos');
  var state = document.querySelector('[data-state]');
  var list = document.querySelector('[data-list]');
  var refused = document.querySelector('[data-refused-photos]');
  var said = '';
  /* Pictures that were refused since the page was opened; the next time they are tried once more. */
  var tried = {};

  function words(name) { return state.getAttribute('data-' + name) || ''; }
  function fill(pattern, count) { return minyi.fill(pattern, { count: count }); }

  var box = minyi.outbox({
    name: 'visit:' + base, person: keeper, csrf: form.querySelector('input[name="csrf"]').value, entries: base + '/notes',
    token: base + '/token', field: 'notes', atOnce: 10,
    isWaiting: function (note) { return note.state === 'waiting'; },
    wire: function (note) {
      return { key: note.key, person: note.person, name: note.name, phone: note.phone, unit: note.unit, consents: note.consents, words: note.words, saidAt: note.saidAt };
    },
    settle: function (note, outcome) {
      if (!outcome.taken) { note.state = 'refused'; note.why = outcome.note; return note; }
      /* Once it is there, nothing personal stays in this phone but how it was called. */
      return { key: note.key, person: note.person, label: note.label, state: 'sent' };
    },
    changed: show,
    answered: count,
    tell: function (why, detail) {
      said = why === 'expired' ? words('signed-out') : why === 'another' ? words('another') : why === 'trouble' ? detail || words('trouble') : '';
      show();
    },
    idle: sendPhotos
  });

  /* ---- pictures, which are too large for localStorage ---- */

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
  /* Those of this visit, as a cursor finds them; old browsers have no getAll. */
  function photos(then) {
    var found = [];
    withPhotos('readonly', function (all) {
      all.openCursor().onsuccess = function (event) {
        var cursor = event.target.result;
        if (!cursor) { return; }
        if (cursor.value.visit === own) { found.push(cursor.value); }
        cursor['continue']();
      };
    }, function (done) { then(done === null ? [] : found); });
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

  /* ---- what is shown ---- */

  /* What the server has now, as it says it. */
  function count(answer) {
    var stored = document.querySelector('[data-stored]');
    if (stored && answer.stored) { stored.textContent = answer.stored; }
  }

  function button(text, press) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'link';
    made.textContent = text;
    made.addEventListener('click', press);
    return made;
  }

  function show() {
    var all = box.items();
    var waiting = all.filter(function (note) { return note.state !== 'sent' && note.state !== 'aside'; }).length;
    var sent = all.filter(function (note) { return note.state === 'sent'; }).length;
    photos(function (found) {
      var left = waiting + found.length;
      refused.textContent = '';
      found.filter(function (photo) { return photo.why; }).forEach(function (photo) {
        var item = document.createElement('li');
        item.textContent = words('photo') + ' ' + (photo.caption || photo.name || '') + ' · ' + photo.why + ' ';
        item.appendChild(button(words('correct'), function () { correctPhoto(photo); }));
        item.appendChild(document.createTextNode(' '));
        item.appendChild(button(words('discard'), function () { forget(photo); }));
        refused.appendChild(item);
      });
      state.textContent = left ? fill(words(navigator.onLine === false ? 'offline' : 'waiting'), left) : sent ? fill(words('sent'), sent) : words('nothing');
      if (said) { state.textContent += ' ' + said; }
      state.className = left ? 'note warn' : 'note';
    });
    list.textContent = '';
    all.forEach(function (note) {
      var item = document.createElement('li');
      var text = document.createElement('span');
      text.textContent = (note.label || '') + ' ' + (note.start || '') + ' · ' + words('one-' + note.state) +
        (note.why ? ' ' + note.why : '');
      item.appendChild(text);
      item.appendChild(document.createTextNode(' '));
      item.appendChild(note.state === 'refused' || note.state === 'aside' ? button(words('correct'), function () { correct(note); }) :
        button(words('more'), function () { goOn(note); }));
      list.appendChild(item);
    });
  }

  /* ---- the form of words ---- */

  function field(name) { return form.elements[name]; }
  function trimmed(name) { return field(name).value.replace(/^\s+|\s+$/g, ''); }
  /* As it is typed now. */
  function typedNote(mode) {
    var text = trimmed('words');
    return {
      key: minyi.newKey(), person: field('person').value || minyi.newKey(), name: trimmed('name'), phone: field('phone').value, unit: field('unit').value,
      consents: field('consents').checked, words: text, saidAt: new Date().toISOString(), state: mode,
      label: trimmed('name'), start: text.slice(0, 12)
    };
  }
  /* What is being typed makes room for something else, and waits in the list until it is taken up again. */
  function setAside() {
    var isTyped = trimmed('words') || trimmed('name') && !field('person').value;
    if (isTyped) { box.put(typedNote('aside')); }
    clear();
    if (isTyped) { said = words('set-aside'); show(); }
  }
  /* The same person says more. Words that nobody has been named for yet are theirs. */
  function goOn(note) {
    var theirs = !trimmed('name') && !field('person').value || field('person').value === note.person ? field('words').value : '';
    if (theirs) { clear(); } else { setAside(); }
    field('words').value = theirs;
    field('person').value = note.person;
    field('name').value = note.label || '';
    form.querySelector('[data-person-fields]').hidden = true;
    var who = form.querySelector('[data-same]');
    who.hidden = false;
    who.textContent = fill(words('same'), note.label || '');
    keepTyped();
    field('words').focus();
  }
  /* What the server did not take, or was set aside, comes back into the form. */
  function correct(note) {
    setAside();
    box.drop(note);
    ['person', 'name', 'phone', 'unit', 'words'].forEach(function (name) { field(name).value = note[name] || ''; });
    field('consents').checked = note.consents;
    keepTyped();
    field('words').focus();
  }
  function clear() {
    form.reset();
    field('person').value = '';
    form.querySelector('[data-person-fields]').hidden = false;
    form.querySelector('[data-same]').hidden = true;
    minyi.memory.remove(TYPED);
  }
  function keepTyped() {
    minyi.memory.set(TYPED, { person: field('person').value, name: field('name').value, phone: field('phone').value, unit: field('unit').value,
      words: field('words').value, consents: field('consents').checked });
  }
  var typed = minyi.memory.get(TYPED);
  if (typed && !field('words').value) {
    ['person', 'name', 'phone', 'unit', 'words'].forEach(function (name) { field(name).value = typed[name] || ''; });
    field('consents').checked = Boolean(typed.consents);
  } else if (!field('words').value) {
    /* The page was kept for places without a network: the person it names has been used, and would be the next one too. */
    field('person').value = '';
  }
  form.addEventListener('input', keepTyped);

  /* Says beside its field what is missing, as the server would. */
  var needed = null;
  function need(name) {
    if (needed) {
      needed.said.parentNode.removeChild(needed.said);
      needed.field.removeAttribute('aria-invalid');
      needed.field.setAttribute('aria-describedby', needed.before);
      needed = null;
    }
    if (!name) { return; }
    var it = field(name);
    needed = { said: document.createElement('p'), field: it, before: it.getAttribute('aria-describedby') || '' };
    needed.said.className = 'error';
    needed.said.id = name + '-needed';
    needed.said.setAttribute('role', 'alert');
    it.parentNode.insertBefore(needed.said, it);
    needed.said.textContent = words('need-' + name);
    it.setAttribute('aria-invalid', 'true');
    it.setAttribute('aria-describedby', (needed.before + ' ' + needed.said.id).replace(/^ /, ''));
  }

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    var missing = !trimmed('words') ? 'words' : !trimmed('name') && !field('person').value ? 'name' : '';
    need(missing);
    if (missing) { field(missing).focus(); return; }
    /* A full or forbidden memory keeps it in this page alone. */
    if (!box.put(typedNote('waiting'))) { said = words('no-room'); show(); }
    clear();
    field('name').focus();
    box.soon(0);
  });

  /* ---- the form of pictures ---- */

  /* A refused picture whose words are being corrected: it need not be chosen again. */
  var back = null;
  var backSaid = pictures.querySelector('[data-back]');
  function takeBack(photo) {
    back = photo;
    backSaid.hidden = !photo;
    backSaid.textContent = photo ? minyi.fill(words('photo-back'), { name: photo.name || '' }) : '';
  }
  function correctPhoto(photo) {
    var fields = pictures.elements;
    /* What is being filled in is kept first: nothing is written over. */
    if (fields.photo.value || fields.caption.value && !back) { said = words('photo-first'); show(); keepPhoto.focus(); return; }
    fields.caption.value = photo.caption;
    fields.nobody.checked = photo.nobody;
    fields.consents.checked = photo.consents;
    takeBack(photo);
    fields.caption.focus();
  }

  var keepPhoto = pictures.querySelector('[type="submit"]');
  pictures.addEventListener('submit', function (event) {
    var input = pictures.elements.photo;
    /* Pressed twice, it is one picture: making it smaller takes a phone a while. */
    if (keepPhoto.disabled) { event.preventDefault(); return; }
    var file = input.files && input.files[0];
    if (!file && !back || !window.indexedDB) { return; }
    event.preventDefault();
    var photo = {
      key: back ? back.key : minyi.newKey(), visit: own, blob: back && back.blob, name: file ? file.name : back.name,
      caption: pictures.elements.caption.value, nobody: pictures.elements.nobody.checked, consents: pictures.elements.consents.checked,
      takenAt: file ? new Date().toISOString() : back.takenAt
    };
    tried[photo.key] = false;
    takeBack(null);
    keepPhoto.disabled = true;
    pictures.reset();
    function keep(blob) {
      photo.blob = blob;
      withPhotos('readwrite', function (all) { return all.put(photo); }, function (done) {
        keepPhoto.disabled = false;
        if (done === null) {
          said = words('no-room');
          pictures.elements.caption.value = photo.caption;
        }
        show();
        box.soon(0);
      });
    }
    if (file) { smaller(file, keep); } else { keep(photo.blob); }
  });

  /* ---- sending ---- */

  function forget(photo) {
    if (back && back.key === photo.key) { takeBack(null); }
    withPhotos('readwrite', function (all) { return all['delete'](photo.key); }, function () { show(); box.soon(0); });
  }

  function sendPhotos() {
    photos(function (found) {
      var next = found.filter(function (photo) { return !photo.why || !tried[photo.key]; })[0];
      if (!next || box.isBusy()) { show(); return; }
      sendPhoto(next);
    });
  }
  function sendPhoto(photo) {
    var data = new FormData();
    var add = data.append.bind(data);
    add('csrf', box.csrf());
    add('key', photo.key);
    add('caption', photo.caption);
    if (photo.nobody) { add('nobody', 'on'); }
    if (photo.consents) { add('consents', 'on'); }
    add('taken_at', photo.takenAt);
    add('photo', photo.blob, 'photo.jpg');
    box.post(base + '/photos', data, function (answer, status) {
      if (status === 422) {
        photo.why = answer.note || words('one-refused');
        tried[photo.key] = true;
        withPhotos('readwrite', function (all) { return all.put(photo); }, function () { show(); box.soon(0); });
      } else {
        count(answer);
        forget(photo);
      }
    });
  }

  window.addEventListener('offline', show);
  document.addEventListener('visibilitychange', function () { if (!document.hidden) { box.soon(0); } });
  if (navigator.serviceWorker) { navigator.serviceWorker.register('/workers/visit.js', { scope: '/desk/visits/' }); }
  show();
  box.soon(0);
}());
