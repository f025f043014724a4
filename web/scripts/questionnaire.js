/*
 * Filling in a questionnaire: what depends on an answer shows and hides at once, and what was answered is saved meanwhile. Every page
 * works without this file: then the server asks page by page. ES5 only.
 */
(function () {
  'use strict';

  var form = document.querySelector('form[data-sheet]');
  if (!form) { return; }

  function all(selector, within) {
    return Array.prototype.slice.call((within || form).querySelectorAll(selector));
  }

  function value(name) { return form.querySelector('input[name="' + name + '"]'); }

  /* ---- what stands in the fields, as the server would read it ---- */

  function checked(slot, name) {
    return all('input', slot).filter(function (field) { return field.name === name && field.checked; })
      .map(function (field) { return field.value; });
  }

  function typed(slot, name) {
    var found = all('input, textarea, select', slot).filter(function (field) {
      return field.name === name && field.type !== 'radio' && field.type !== 'checkbox' && field.type !== 'file';
    })[0];
    return found ? found.value.trim() : '';
  }

  function number(text) {
    var plain = text.replace(/[\uFF01-\uFF5E]/g, function (wide) {
      return String.fromCharCode(wide.charCodeAt(0) - 0xFEE0);
    }).replace(/\u2212/g, '-').replace(/[ \u3000]/g, '');
    var isNumber = plain.length <= 40 && /^-?[0-9]+(\.[0-9]+)?$/.test(plain) && Math.abs(Number(plain)) <= 1e15;
    return isNumber ? Number(plain) : undefined;
  }

  function choice(slot, name, code, comment) {
    var own = code === '_other' ? { other: typed(slot, name + '.other') } : comment ? { option: code } : code;
    if (comment) { own.comment = comment; }
    return own;
  }

  function some(list) { return list.length ? list : undefined; }

  function rows(slot, name, read) {
    var found = {};
    all('[data-row]', slot).forEach(function (row) {
      var given = read(row, name + '.' + row.getAttribute('data-row'));
      if (given !== undefined) { found[row.getAttribute('data-row')] = given; }
    });
    return Object.keys(found).length ? found : undefined;
  }

  function cells(slot, name, read) {
    return rows(slot, name, function (row, of) {
      var found = {};
      all('[data-column]', row).forEach(function (cell) {
        var column = cell.getAttribute('data-column');
        var given = read(typed(cell, of + '.' + column));
        if (given !== undefined) { found[column] = given; }
      });
      return Object.keys(found).length ? found : undefined;
    });
  }

  function answer(slot) {
    var name = 'a.' + slot.getAttribute('data-question');
    var kind = slot.getAttribute('data-kind');
    var picked = checked(slot, name);
    var text = typed(slot, name);
    if (kind === 'single') {
      var code = picked.length ? picked[0] : text || (typed(slot, name + '.other') ? '_other' : '');
      return code ? choice(slot, name, code, typed(slot, name + '.comment')) : undefined;
    }
    if (kind === 'multiple') {
      return some(picked.map(function (code) {
        return choice(slot, name, code, typed(slot, name + '.comment.' + code));
      }));
    }
    if (kind === 'yesNo') { return picked.length ? picked[0] === 'true' : undefined; }
    if (kind === 'scale') { return picked.length ? Number(picked[0]) : undefined; }
    if (kind === 'number') { return number(text); }
    if (kind === 'file') {
      var chosen = picked;
      all('input', slot).filter(function (field) { return field.type === 'file'; }).forEach(function (field) {
        /* Of one, another takes the place. */
        if (field.files.length && !field.multiple) { chosen = []; }
        chosen = chosen.concat(Array.prototype.slice.call(field.files).map(function () { return ''; }));
      });
      return some(chosen.map(function (id) { return { file: id }; }));
    }
    if (kind === 'ranking') {
      return some(all('select', slot).filter(function (field) { return field.value; })
        .sort(function (a, b) { return Number(a.value) - Number(b.value); })
        .map(function (field) { return field.name.slice(name.length + 6); }));
    }
    if (kind === 'matrix-single') {
      return rows(slot, name, function (row, of) { return checked(row, of)[0]; });
    }
    if (kind === 'matrix-multiple') { return rows(slot, name, function (row, of) { return some(checked(row, of)); }); }
    if (kind === 'matrix-number') { return cells(slot, name, number); }
    if (kind === 'matrix-text') { return cells(slot, name, function (words) { return words || undefined; }); }
    return text || undefined;
  }

  /* ---- what is asked follows what was answered ---- */

  var rules = JSON.parse(form.getAttribute('data-logic') || '{"parts":[]}');
  var repeats = Object.keys(rules.texts || {});
  var follows = rules.parts.length + repeats.length > 0 && !!window.MinyiFormulas;
  var slots = {};
  all('[data-question]').forEach(function (slot) { slots[slot.getAttribute('data-question')] = slot; });
  var asked = {};
  var left = [];

  function setOff(part, off) {
    part.hidden = off;
    if (part.tagName === 'FIELDSET' || part.tagName === 'OPTION') {
      part.disabled = off;
    } else {
      all('input, select', part).forEach(function (field) { field.disabled = off; });
    }
  }

  function follow() {
    var given = {};
    Object.keys(slots).forEach(function (code) {
      var own = answer(slots[code]);
      if (own !== undefined) { given[code] = own; }
    });
    var now = window.MinyiFormulas.follow(rules, given);
    function isOff(key) { return now.hidden[key] === true; }
    function holdsNothing(part) { return all('[data-question]', part).every(function (slot) { return slot.hidden; }); }
    all('section[data-group]').forEach(function (group) {
      /* Where all pages are on one screen: an interviewer's. */
      var page = group.parentNode.getAttribute('data-page');
      var off = isOff('g.' + group.getAttribute('data-group')) || page !== null && isOff('p.' + page);
      all('[data-question]', group).forEach(function (slot) {
        var code = slot.getAttribute('data-question');
        setOff(slot, off || isOff('q.' + code));
        all('[data-option], [data-row]', slot).forEach(function (part) {
          var option = part.getAttribute('data-row') || part.getAttribute('data-option');
          setOff(part, isOff('o.' + code + '.' + option));
        });
        all('[data-column]', slot).forEach(function (part) {
          setOff(part, isOff('c.' + code + '.' + part.getAttribute('data-column')));
        });
      });
      group.hidden = holdsNothing(group);
    });
    all('[data-page]').forEach(function (page) { page.hidden = holdsNothing(page); });
    var shown = Object.keys(slots).filter(function (code) {
      return !slots[code].hidden && slots[code].getAttribute('data-kind') !== 'information';
    });
    left = Object.keys(given).filter(function (code) { return slots[code].hidden && asked[code]; });
    shown.forEach(function (code) { asked[code] = true; });
    value('asked').value = shown.join(' ');
    repeat(now.answers);
    tell();
  }

  /* ---- words that repeat what is answered on this page ---- */

  /* Where they stand, one element a line. */
  function places(key) {
    var code = key.slice(2);
    var kind = key.charAt(0);
    if (key === 'closing') { return all('[data-closing]'); }
    if (kind === 'p') { return all('[data-page="' + code + '"] > h2'); }
    if (kind === 'g') { return all('section[data-group="' + code + '"] > h3'); }
    if (!slots[code]) { return []; }
    if (kind === 'h') { return all('[data-hint]', slots[code]); }
    return all('legend > span[lang], label > span[lang], .information p[lang]', slots[code]);
  }

  function labelOf(slot, code) {
    var part = slot && all('[data-option], [data-column], [data-row]', slot).filter(function (one) {
      return [one.getAttribute('data-option'), one.getAttribute('data-column'), one.getAttribute('data-row')].indexOf(code) >= 0;
    })[0];
    return !part ? code : part.tagName === 'OPTION' ? part.textContent : part.querySelector('label, legend').textContent;
  }

  function wordsFor(given, slot, other) {
    if (given === null || given === undefined) { return '…'; }
    if (given === true || given === false) { return given ? '是' : '否'; }
    if (Array.isArray(given)) {
      return given.map(function (one) { return wordsFor(one, slot, other); }).join('、');
    }
    if (typeof given === 'number' || !slot || /^(text|date|unit)$/.test(slot.getAttribute('data-kind'))) { return String(given); }
    return given === '_other' ? other : labelOf(slot, given);
  }

  function repeat(here) {
    var answers = {};
    [rules.answers, here].forEach(function (some) {
      Object.keys(some).forEach(function (name) { answers[name] = some[name]; });
    });
    var computed = window.MinyiFormulas.computed(rules.computed, answers);
    repeats.forEach(function (key) {
      var parts = places(key);
      var text = rules.texts[key].replace(/\{([\w.]+)\}/g, function (whole, name) {
        var step = rules.names[name];
        if (!step) { return whole; }
        var slot = step[0] === 'a' ? slots[step[1]] : null;
        /* What somebody wrote may be what a code is called. */
        if (['cell', 'comment', 'otherWords'].indexOf(step[2]) >= 0) { slot = null; }
        var given = window.MinyiFormulas.value([step], answers, computed);
        return wordsFor(given, slot, slot ? typed(slot, 'a.' + step[1] + '.other') : '').replace(/\n/g, ' ');
      });
      var lines = parts.length > 1 ? text.split('\n').filter(function (line) { return line.trim(); }) : [text];
      parts.slice(0, lines.length).forEach(function (part, index) { part.textContent = lines[index]; });
    });
  }

  /* Who hides a question that was answered is told before the answer is gone; what was typed comes back with the question. */
  function tell() {
    var note = form.querySelector('[data-vanishing]');
    value('told').value = left.join(' ');
    note.hidden = !left.length;
    note.textContent = left.length ? form.getAttribute('data-left-out').replace('{questions}', left.map(function (code) {
      var label = slots[code].querySelector('legend span, label span');
      return label ? label.textContent : code;
    }).join(' · ')) : '';
  }

  /* ---- one choice that leaves no room for others; words typed beside "other" choose it ---- */

  /* What is not chosen any more puts the words beside it away, as the server would ask whether it is; they come back with it. What is
     just being written stays: that no more may be chosen is said. */
  function keepWords(box) {
    all('[data-other="' + box.id + '"]').forEach(function (words) {
      if (!box.checked && words.value && words !== document.activeElement) { words.kept = words.value; words.value = ''; }
      if (box.checked && words.kept && !words.value) { words.value = words.kept; }
    });
  }
  form.addEventListener('change', function (event) {
    var field = event.target;
    var slot = slots[field.name && field.name.slice(2)];
    if (!slot || field.type !== 'checkbox' && field.type !== 'radio') { return; }
    all('input[type="' + field.type + '"]', slot).forEach(function (other) {
      var gives = field.type === 'checkbox' && field.checked && other !== field && other.checked
        && (field.hasAttribute('data-exclusive') || other.hasAttribute('data-exclusive'));
      if (gives) { other.checked = false; }
      if (gives || other === field || field.type === 'radio') { keepWords(other); }
    });
  });

  /* No more than may be chosen; the word for it goes with the next choice. After what makes room. */
  form.addEventListener('change', function (event) {
    var slot = slots[event.target.name && event.target.name.slice(2)];
    var word = slot && slot.querySelector('[data-most]');
    if (!word || event.target.type !== 'checkbox') { return; }
    var chosen = all('input[type="checkbox"]', slot).filter(function (box) { return box.checked; });
    var over = event.target.checked && chosen.length > Number(word.getAttribute('data-most'));
    if (over) {
      event.target.checked = false;
      keepWords(event.target);
    }
    word.hidden = !over;
  });

  all('[data-other]').forEach(function (field) {
    field.addEventListener('input', function () {
      var box = document.getElementById(field.getAttribute('data-other'));
      if (!box || !field.value || box.checked) { return; }
      box.checked = true;
      /* As if it had been ticked: others may have to give way to it. */
      if (box.type === 'checkbox') { box.dispatchEvent(new Event('change', { bubbles: true })); }
    });
  });

  /* ---- saved while one answers: soon after a choice, later while one types; a whole village may share one address ---- */

  /* A kiosk keeps nothing of somebody who has left. */
  var saves = form.getAttribute('data-sheet') !== '';

  /* This tab, also after a reload: what it has kept itself, it may change. */
  function tab() {
    var name = '';
    try {
      name = window.sessionStorage.getItem('minyi.tab') || Math.random().toString(36).slice(2) + Date.now().toString(36);
      window.sessionStorage.setItem('minyi.tab', name);
    } catch (error) { /* no memory: every page counts for itself */ }
    return name;
  }
  if (saves && value('tab')) { value('tab').value = tab(); }
  /* An interviewer's page is kept for the person who is called, not in the browser. */
  var drafts = saves && !!value('base');
  var saved = fields();
  var timer = null;
  var due = 0;
  var last = 0;
  var running = false;
  var leaving = false;
  var shown = form.querySelector('[data-kept-note]');

  function live() {
    return all('input, textarea, select').filter(function (field) {
      return field.name && field.type !== 'file' && field.type !== 'submit' && !field.disabled && !closestOff(field);
    });
  }

  function isAnswer(field) { return field.name.slice(0, 2) === 'a.' && field.type !== 'file'; }

  function isChosen(field) { return field.type !== 'radio' && field.type !== 'checkbox' || field.checked; }

  function encoded(named) {
    return live().filter(isChosen).filter(named).map(function (field) {
      return encodeURIComponent(field.name) + '=' + encodeURIComponent(field.value);
    }).join('&');
  }

  /* What was answered, without what the page itself keeps account of. */
  function fields() { return encoded(isAnswer); }

  function closestOff(field) {
    for (var part = field.parentNode; part && part !== form; part = part.parentNode) {
      if (part.tagName === 'FIELDSET' && part.disabled) { return part; }
    }
    return null;
  }

  function body() { return encoded(function () { return true; }); }

  function save() {
    var sent = fields();
    timer = null;
    if (running || leaving || sent === saved) { return; }
    var request = new XMLHttpRequest();
    request.open('POST', form.getAttribute('data-sheet'));
    request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    request.setRequestHeader('Accept', 'application/json');
    request.timeout = 10000;
    request.onload = function () {
      var told = null;
      try { told = JSON.parse(request.responseText); } catch (error) { told = null; }
      ended(request.status === 200 ? told : null, sent);
    };
    request.onerror = request.ontimeout = function () { ended(null, sent); };
    running = true;
    last = Date.now();
    request.send(body());
  }

  /* What the server has answered stands until something else is typed; only what did not reach it is sent again. */
  function ended(told, sent) {
    running = false;
    if (told) { saved = sent; }
    if (told && told.base) {
      value('base').value = told.base;
      keepDraft();
    }
    shown.textContent = told && told.text || form.getAttribute(told ? 'data-saved' : 'data-not-saved');
    if (waiting) { goOn(); return; }
    if (!leaving && fields() !== saved) { later(told ? 5000 : 15000); }
  }

  /* The earlier of what is planned and what is asked for now, and no more than one in three seconds. */
  function later(pause) {
    if (!saves) { return; }
    var at = Math.max(Date.now() + pause, last + 3000);
    if (timer && due <= at) { return; }
    if (timer) { window.clearTimeout(timer); }
    due = at;
    timer = window.setTimeout(save, at - Date.now());
  }

  function changed(event) {
    if (follows) { follow(); }
    keepDraft();
    if (!saves || fields() === saved) { return; }
    shown.textContent = form.getAttribute('data-saving');
    later(event.type === 'change' ? 400 : 5000);
  }

  /* ---- and in this browser, where it is there at once: what was not sent yet comes back when the page is loaded again ---- */

  var DRAFT = 'minyi.draft:' + form.getAttribute('data-answers');

  function keepDraft() {
    if (!drafts) { return; }
    var kept = all('input, textarea, select').filter(isAnswer).filter(isChosen)
      .map(function (field) { return [field.name, field.value]; });
    try {
      window.localStorage.setItem(DRAFT, JSON.stringify({
        at: Date.now(), of: form.getAttribute('data-of'), base: value('base').value, fields: kept
      }));
    } catch (error) { /* private window, or no room: no memory */ }
  }

  function dropDraft() {
    try { window.localStorage.removeItem(DRAFT); } catch (error) { /* no memory */ }
  }

  /* Only upon what it was made from: what another tab or device has kept since is the newer. */
  function restore() {
    if (!drafts) { return; }
    var kept = null;
    try { kept = JSON.parse(window.localStorage.getItem(DRAFT)); } catch (error) { kept = null; }
    if (!kept || !kept.fields) { return; }
    if (kept.base !== value('base').value || kept.of && kept.of !== form.getAttribute('data-of')) { dropDraft(); return; }
    var before = fields();
    all('input, textarea, select').forEach(function (field) {
      if (!isAnswer(field)) { return; }
      var given = kept.fields.filter(function (pair) { return pair[0] === field.name; }).map(function (pair) { return pair[1]; });
      if (field.type === 'radio' || field.type === 'checkbox') {
        field.checked = given.indexOf(field.value) >= 0;
      } else {
        field.value = given.length ? given[0] : '';
        if (field.tagName === 'TEXTAREA') { field.dispatchEvent(new Event('input')); }
      }
    });
    if (follows) { follow(); }
    if (fields() === before) { return; }
    all('[data-draft-restored]').forEach(function (note) { note.hidden = false; });
    later(400);
  }

  all('[data-drops-draft]', document).forEach(function (link) { link.addEventListener('click', dropDraft); });

  /* Enter in a line is no decision to send everything. */
  form.addEventListener('keydown', function (event) {
    var field = event.target;
    if (event.keyCode === 13 && field.tagName === 'INPUT' && field.type !== 'submit' && form.querySelector('button[value="send"]')) {
      event.preventDefault();
    }
  });
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);

  /* A save that is under way is waited for, a little: what it keeps would look like somebody else's to the page that is sent. */
  var pressed = null;
  var waiting = null;
  function goOn() {
    var button = waiting;
    waiting = null;
    running = false;
    if (button) { button.click(); }
  }
  form.addEventListener('click', function (event) { if (event.target.type === 'submit') { pressed = event.target; } });
  form.addEventListener('submit', function (event) {
    if (!running || !pressed) { leaving = true; return; }
    event.preventDefault();
    if (!waiting) { window.setTimeout(goOn, 3000); }
    waiting = pressed;
  });
  window.addEventListener('pagehide', function () {
    if (!saves || leaving || fields() === saved || !navigator.sendBeacon) { return; }
    navigator.sendBeacon(form.getAttribute('data-sheet'), new Blob([body()], { type: 'application/x-www-form-urlencoded' }));
  });
  /* Where the answers go along in the form alone, whoever leaves by another way loses them all. */
  window.addEventListener('beforeunload', function (event) {
    if (!value('carried') || leaving || fields() === saved && !form.querySelector('button[value="back"]')) { return; }
    event.preventDefault();
    event.returnValue = '';
  });
  window.addEventListener('pageshow', function (event) {
    /* As the browser had kept it: what was sent since is not in it. */
    if (event.persisted) { window.location.reload(); return; }
    leaving = false;
    if (follows) { follow(); }
  });
  if (follows) { follow(); }
  if (!document.querySelector('.error-summary, [data-overtaken]')) { restore(); }
}());
