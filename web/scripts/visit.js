/*
 * Notes in the field: what is written down stands in this phone first, and is sent once there is a network. Words wait in the outbox,
 * pictures beside them (`visit-photos.js`), each under a key that makes it count once however often it is sent; what is not taken any more is
 * given back (`visit-kept.js`). ES5 only, after these, minyi.js and outbox.js; without this file the form does what it says.
 */
(function () {
  'use strict';

  var root = document.querySelector('[data-field]');
  var form = document.getElementById('note');
  if (!root || !window.minyi || !window.minyi.outbox || !window.crypto) { return; }

  var minyi = window.minyi;
  var base = root.getAttribute('data-field');
  var keeper = root.getAttribute('data-keeper');
  /* Of this visit, and of who is signed in. */
  var own = 'visit:' + base + ':' + keeper;
  var TYPED = 'minyi.typed:' + own;
  var state = document.querySelector('[data-state]');
  var list = document.querySelector('[data-list]');
  var refused = document.querySelector('[data-refused-photos]');
  var said = '';
  /* The page can be opened without a network. */
  var isKept = Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);

  function words(name) { return state.getAttribute('data-' + name) || ''; }
  function fill(pattern, count) { return minyi.fill(pattern, { count: count }); }

  var box = minyi.outbox({
    name: 'visit:' + base, person: keeper, csrf: form ? form.querySelector('input[name="csrf"]').value : '', entries: base + '/notes',
    token: base + '/token', field: 'notes', atOnce: 10,
    /* Where there is no form, nothing is taken any more. */
    isWaiting: function (note) { return Boolean(form) && note.state === 'waiting'; },
    wire: function (note) {
      return { key: note.key, person: note.person, name: note.name, phone: note.phone, unit: note.unit, consents: note.consents, words: note.words, saidAt: note.saidAt };
    },
    settle: function (note, outcome) {
      if (!outcome.taken) { note.state = 'refused'; note.why = outcome.note; note.over = outcome.over; return note; }
      /* Once it is there, nothing personal stays in this phone but how it was called. */
      return { key: note.key, person: note.person, label: note.label, state: 'sent' };
    },
    changed: show,
    answered: count,
    tell: function (why, detail) {
      said = why === 'expired' ? words('signed-out') : why === 'another' ? words('another') : why === 'trouble' ? detail || words('trouble') : '';
      show();
    },
    idle: function () { photos.send(); }
  });
  var photos = minyi.visitPhotos({
    own: own, form: form && document.getElementById('photos'), address: base + '/photos', box: box, words: words,
    say: function (sentence) { said = sentence; show(); },
    changed: show, answered: count
  });
  var keep = minyi.visitKept({
    part: document.querySelector('[data-kept]'),
    forget: function () {
      photos.all(function (found) {
        kept(box.items()).forEach(box.drop);
        if (!form) { minyi.memory.remove(TYPED); }
        found.filter(lost).forEach(photos.drop);
        show();
      });
    }
  });

  /* Not on the server, and not to be sent any more: what was refused; where nothing is taken, all that is here. */
  function lost(one) { return form ? one.over : one.state !== 'sent'; }
  function kept(notes) {
    var typed = !form && minyi.memory.get(TYPED);
    var last = typed && /\S/.test(typed.words || '') ? [{ key: 'typed', name: typed.name, phone: typed.phone, unit: typed.unit,
      words: typed.words, saidAt: new Date().toISOString() }] : [];
    return notes.filter(lost).concat(last);
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
    var open = all.filter(function (note) { return note.state !== 'sent' && note.state !== 'aside' && !note.over; });
    var waiting = open.filter(function (note) { return note.state !== 'refused'; }).length;
    var sent = all.filter(function (note) { return note.state === 'sent'; }).length;
    photos.all(function (found) {
      var pictures = found.filter(function (photo) { return !photo.over; });
      var returned = pictures.filter(function (photo) { return photo.why; }).length;
      var left = waiting + pictures.length - returned;
      /* What was refused is not on its way: it waits for somebody to change it. */
      var wrong = open.length - waiting + returned;
      keep(kept(all), found.filter(lost));
      if (!form) { return; }
      refused.textContent = '';
      found.filter(function (photo) { return photo.why; }).forEach(function (photo) {
        var item = document.createElement('li');
        item.textContent = words('photo') + ' ' + (photo.caption || photo.name || '') + ' · ' + photo.why + ' ';
        item.appendChild(button(words('correct'), function () { photos.correct(photo); }));
        item.appendChild(document.createTextNode(' '));
        item.appendChild(button(words('discard'), function () { photos.drop(photo); }));
        refused.appendChild(item);
      });
      var lines = [];
      if (left) { lines.push(fill(words(navigator.onLine === false ? 'offline' : 'waiting'), left)); }
      if (wrong) { lines.push(fill(words('wrong'), wrong)); }
      if (!left && !wrong) { lines.push(sent ? fill(words('sent'), sent) : words('nothing')); }
      if (isKept && navigator.onLine !== false) { lines.push(words('page-kept')); }
      if (said) { lines.push(said); }
      state.textContent = lines.join(' ');
      state.className = left || wrong ? 'note warn' : 'note';
    });
    list.textContent = '';
    if (!form) { return; }
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
  /* What was being typed when the page went away. */
  function restore() {
    var typed = minyi.memory.get(TYPED);
    if (typed && !field('words').value) {
      ['person', 'name', 'phone', 'unit', 'words'].forEach(function (name) { field(name).value = typed[name] || ''; });
      field('consents').checked = Boolean(typed.consents);
    } else if (!field('words').value) {
      /* The page was kept for places without a network: the person it names has been used, and would be the next one too. */
      field('person').value = '';
    }
  }

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

  function submit(event) {
    event.preventDefault();
    var missing = !trimmed('words') ? 'words' : !trimmed('name') && !field('person').value ? 'name' : '';
    need(missing);
    if (missing) { field(missing).focus(); return; }
    /* A full or forbidden memory keeps it in this page alone. */
    if (!box.put(typedNote('waiting'))) { said = words('no-room'); show(); }
    clear();
    field('name').focus();
    box.soon(0);
  }

  if (form) {
    restore();
    form.addEventListener('input', keepTyped);
    form.addEventListener('submit', submit);
  }
  window.addEventListener('offline', show);
  document.addEventListener('visibilitychange', function () { if (!document.hidden) { box.soon(0); } });

  /* The worker takes over once the page is there already, and keeps what passes through it: the page, and what it is made of, are asked for once
   * more, so that whoever has opened it once, in the office, can open it in the village. */
  function keepPage() {
    var made = document.querySelectorAll('link[href], script[src]');
    var addresses = [window.location.href.split('#')[0]];
    for (var i = 0; i < made.length; i += 1) { addresses.push(made[i].href || made[i].src); }
    var missing = addresses.length;
    addresses.forEach(function (address) {
      var request = new XMLHttpRequest();
      request.open('GET', address);
      request.onload = function () {
        if (request.status !== 200) { return; }
        missing -= 1;
        if (!missing) { isKept = true; show(); }
      };
      request.send();
    });
  }
  if (navigator.serviceWorker) {
    if (!isKept) { navigator.serviceWorker.addEventListener('controllerchange', keepPage); }
    navigator.serviceWorker.register('/workers/visit.js', { scope: '/desk/visits/' });
  }
  show();
  box.soon(0);
}());
