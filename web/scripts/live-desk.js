/*
 * The recorder's desk: nothing typed is lost while the network or the server is away, or on a reload. Every entry gets its key and its
 * moment, and waits in the outbox until it has an outcome. Without this file each form is sent by itself. ES5 only; after minyi.js and outbox.js.
 */
(function () {
  'use strict';

  var desk = document.querySelector('[data-live]');
  if (!desk || !window.minyi || !window.minyi.outbox) { return; }
  var minyi = window.minyi;
  var NAME = 'live:' + desk.getAttribute('data-live');
  var TYPED = 'minyi.typed:' + NAME + ':' + desk.getAttribute('data-person');

  var waiting = document.getElementById('live-waiting');
  var standing = document.getElementById('live-standing');
  var said = document.getElementById('live-entries');
  var which = document.getElementById('replaces');
  var typed = minyi.memory.get(TYPED) || {};

  function word(name) { return desk.getAttribute('data-' + name) || ''; }

  /* An entry is { key, entry, label, text, outcome, note }; with an outcome it was refused, and waits for the recorder. */
  var box = minyi.outbox({
    name: NAME, person: word('person'), csrf: word('csrf'), entries: word('entries'), token: word('token'), field: 'entries', atOnce: 10,
    isWaiting: function (item) { return !item.outcome; },
    wire: function (item) { return item.entry; },
    settle: function (item, outcome) {
      if (outcome.taken) { taken(item, outcome); return null; }
      item.outcome = outcome.outcome;
      item.note = outcome.note;
      return item;
    },
    changed: show,
    tell: function (state) { tell(state ? minyi.fill(word(state), { count: box.waiting().length }) : ''); }
  });

  function keep() { minyi.memory.set(TYPED, typed); }

  function make(tag, name, text) {
    var element = document.createElement(tag);
    if (name) { element.className = name; }
    if (text) { element.textContent = text; }
    return element;
  }

  function button(text, act) {
    var made = make('button', 'button small second', text);
    made.type = 'button';
    made.addEventListener('click', act);
    return made;
  }

  /* ---- what is on the page ---- */

  function tell(text) { if (standing.textContent !== text) { standing.textContent = text; } }

  function show() {
    var all = box.items();
    waiting.textContent = '';
    all.forEach(function (item) {
      var line = make('li', item.outcome ? 'refused' : 'waiting');
      line.setAttribute('data-key', item.key);
      line.appendChild(make('b', '', item.label));
      line.appendChild(document.createTextNode(' ' + item.text + ' '));
      line.appendChild(make('small', item.outcome ? 'error' : 'soft', item.outcome ? item.note : word('waiting')));
      if (item.outcome) {
        line.appendChild(button(word('change'), function () { change(item); }));
        line.appendChild(button(word('discard'), function () { box.drop(item); }));
      }
      waiting.appendChild(line);
    });
    waiting.hidden = !all.length;
  }

  /* A refused one goes back into the form it came from, and gets a new key when it is sent again. */
  function change(item) {
    var form = document.querySelector('form[data-entry="' + item.form + '"]');
    if (!form) { return; }
    fields(form).forEach(function (field) {
      if (!Object.prototype.hasOwnProperty.call(item.values, field.name)) { return; }
      /* What is being typed stands below it. */
      var begun = field.tagName === 'TEXTAREA' && field.value;
      field.value = item.values[field.name] + (begun ? '\n' + begun : '');
      remember(field);
    });
    box.drop(item);
    var first = form.querySelector('textarea, select, input:not([type="hidden"])');
    if (first) { first.focus(); }
  }

  /* What was taken stands among the rest, as the server would show it. */
  function taken(item, outcome) {
    var entry = item.entry;
    if (said.querySelector('[data-key="' + entry.key + '"]')) { return; }
    var older = entry.replaces && said.querySelector('[data-key="' + entry.replaces + '"]');
    if (older) { older.className += entry.kind === 'hidden' ? ' hidden-line' : ' replaced'; }
    var line = make('li', entry.kind);
    line.setAttribute('data-key', entry.key);
    line.appendChild(make('span', 'digits soft', String(outcome.place || '')));
    line.appendChild(document.createTextNode(' '));
    line.appendChild(make('b', '', item.label));
    line.appendChild(document.createTextNode(' '));
    line.appendChild(make('small', 'soft', item.what));
    line.appendChild(document.createTextNode(' ' + item.text));
    said.insertBefore(line, said.firstChild);
    if (!which || !entry.body || entry.kind === 'correction' || entry.kind === 'hidden') { return; }
    line.appendChild(document.createTextNode(' '));
    line.appendChild(button(word('pick'), function () { pick(entry.key, entry.body); }));
    var option = make('option', '', outcome.place + ' ' + item.label + ' ' + item.text.slice(0, 40));
    option.value = entry.key;
    which.insertBefore(option, which.firstChild);
    /* A browser keeps the one chosen first of all. What is corrected is nearly always the last; one that was picked stays picked. */
    if (!typed[which.id]) { which.value = entry.key; }
  }

  /* Puts a line into the form of corrections. */
  function pick(key, text) {
    which.value = key;
    remember(which);
    var words = which.form.querySelector('textarea');
    words.value = text;
    remember(words);
    words.focus();
  }

  /* ---- what is being typed survives a reload ---- */

  function fields(form) {
    return minyi.all('input, select, textarea', form).filter(function (field) {
      return field.name && field.name !== 'csrf' && field.name !== 'key';
    });
  }

  function remember(field) {
    if (!field.id || field.type === 'hidden') { return; }
    if (field.value) { typed[field.id] = field.value; } else { delete typed[field.id]; }
    keep();
  }

  minyi.all('form[data-entry]').forEach(function (form) {
    fields(form).forEach(function (field) {
      if (field.tagName === 'TEXTAREA' && typed[field.id] && !field.value) { field.value = typed[field.id]; }
      if (field.tagName === 'TEXTAREA') {
        field.addEventListener('input', function () {
          remember(field);
          /* Words that correct belong to the line that was chosen when they were typed. */
          if (which && form === which.form) { remember(which); }
        });
      }
    });

    form.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        put(form, null);
      }
    });

    var pressed = null;
    minyi.all('button[name]', form).forEach(function (one) {
      one.addEventListener('click', function () { pressed = one; });
    });
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      put(form, pressed);
      pressed = null;
    });
  });

  function chosen(form, name) {
    var field = form.querySelector('select[name="' + name + '"]');
    var option = field && field.options[field.selectedIndex];
    return option && option.value ? option.textContent.replace(/\s+/g, ' ').trim() : '';
  }

  /* Keeps an entry, then sends it. */
  function put(form, pressed) {
    var values = {};
    fields(form).forEach(function (field) { values[field.name] = field.value; });
    if (pressed) { values[pressed.name] = pressed.value; }
    var words = form.querySelector('textarea');
    if (words && !words.value.replace(/\s/g, '') && values.kind !== 'hidden') { words.focus(); return; }
    var entry = { key: minyi.newKey(), kind: values.kind, saidAt: new Date().toISOString() };
    ['person', 'next', 'item', 'passage'].forEach(function (name) { if (values[name]) { entry[name] = Number(values[name]); } });
    if (values.kind === 'correction' && values.becomes) { entry.becomes = values.becomes; }
    ['presence', 'replaces'].forEach(function (name) { if (values[name]) { entry[name] = values[name]; } });
    if (values.kind !== 'hidden' && values.body) { entry.body = values.body; }
    if (values.minutes) { entry.seconds = Math.round(60 * Number(values.minutes)); }
    if (values.seconds) { entry.seconds = Number(values.seconds); }
    box.put({
      key: entry.key, what: chosen(form, 'kind') || (entry.becomes ? chosen(form, 'becomes') : ''), entry: entry, form: form.getAttribute('data-entry'), values: values,
      label: chosen(form, 'person') || chosen(form, 'item') || form.getAttribute('data-label') || '',
      text: entry.body || chosen(form, 'presence') || chosen(form, 'replaces') || (values.minutes ? values.minutes + ' ' + word('minutes') : '')
    });
    if (words) {
      words.value = '';
      delete typed[words.id];
      words.focus();
    }
    /* Neither which entry was corrected nor what was made of it is for the next one. */
    if (which && form === which.form) {
      form.querySelector('select[name="becomes"]').value = '';
      delete typed[which.id];
      which.selectedIndex = 0;
    }
    keep();
    if (entry.kind === 'call') { follow(entry); }
    if (entry.kind === 'presence') { mark(entry); }
    box.send();
  }

  /* Who was called is who speaks: the next words are theirs, until the recorder says otherwise. Who was to be next is proposed to be
     called, and nobody is next any more. */
  function follow(entry) {
    choose('words', 'person', entry.person);
    if (entry.next) { choose('call', 'person', entry.next); }
    choose('call', 'next', '');
  }

  function choose(form, name, value) {
    var field = document.querySelector('form[data-entry="' + form + '"] select[name="' + name + '"]');
    if (field) { field.value = String(value || ''); }
  }

  /* Everybody is marked one after the other: who is not yet is at hand. */
  function mark(entry) {
    minyi.all('[data-unmarked="' + entry.person + '"]').forEach(function (one) { one.parentNode.removeChild(one); });
    offer();
  }
  function offer() {
    var open = document.querySelector('[data-unmarked]');
    if (open) { choose('presence', 'person', open.getAttribute('data-unmarked')); }
    var rest = document.getElementById('unmarked');
    if (rest && !open) { rest.hidden = true; }
  }

  window.addEventListener('beforeunload', function (event) {
    if (box.waiting().length) { event.preventDefault(); event.returnValue = ''; }
  });

  if (which) {
    which.addEventListener('change', function () { remember(which); });
    if (typed[which.id]) { which.value = typed[which.id]; }
  }
  minyi.all('[data-corrects]').forEach(function (one) {
    one.addEventListener('click', function () { pick(one.getAttribute('data-corrects'), one.getAttribute('data-words')); });
  });

  offer();
  show();
  box.send();
}());
