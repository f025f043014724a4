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
    return /^-?[0-9]+(\.[0-9]+)?$/.test(plain) ? Number(plain) : undefined;
  }

  function choice(slot, name, code) {
    return code === '_other' ? { other: typed(slot, name + '.other') } : code;
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

  function answer(slot) {
    var name = 'a.' + slot.getAttribute('data-question');
    var kind = slot.getAttribute('data-kind');
    var picked = checked(slot, name);
    var text = typed(slot, name);
    if (kind === 'single') {
      var code = picked.length ? picked[0] : text;
      return code ? choice(slot, name, code) : undefined;
    }
    if (kind === 'multiple') { return some(picked.map(function (code) { return choice(slot, name, code); })); }
    if (kind === 'yesNo') { return picked.length ? picked[0] === 'true' : undefined; }
    if (kind === 'scale') { return picked.length ? Number(picked[0]) : undefined; }
    if (kind === 'number') { return number(text); }
    if (kind === 'file') {
      var files = all('input', slot).filter(function (field) { return field.type === 'file' && field.files.length; });
      return picked.length || files.length ? { file: picked[0] || '' } : undefined;
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
    if (kind === 'matrix-number') {
      return rows(slot, name, function (row, of) {
        var cells = {};
        all('[data-column]', row).forEach(function (cell) {
          var column = cell.getAttribute('data-column');
          var figure = number(typed(cell, of + '.' + column));
          if (figure !== undefined) { cells[column] = figure; }
        });
        return Object.keys(cells).length ? cells : undefined;
      });
    }
    return text || undefined;
  }

  /* ---- what is asked follows what was answered ---- */

  var rules = JSON.parse(form.getAttribute('data-logic') || '{"parts":[]}');
  var follows = rules.parts.length > 0 && !!window.MinyiFormulas;
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
    all('section[data-group]').forEach(function (group) {
      var off = isOff('g.' + group.getAttribute('data-group'));
      group.hidden = off;
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
    });
    var shown = Object.keys(slots).filter(function (code) {
      return !slots[code].hidden && slots[code].getAttribute('data-kind') !== 'information';
    });
    left = Object.keys(given).filter(function (code) { return slots[code].hidden && asked[code]; });
    shown.forEach(function (code) { asked[code] = true; });
    value('asked').value = shown.join(' ');
    tell();
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

  form.addEventListener('change', function (event) {
    var field = event.target;
    if (field.type !== 'checkbox' || !field.checked) { return; }
    var slot = slots[field.name.slice(2)];
    if (!slot) { return; }
    all('input[type="checkbox"]', slot).forEach(function (other) {
      if (other !== field && (field.hasAttribute('data-exclusive') || other.hasAttribute('data-exclusive'))) {
        other.checked = false;
      }
    });
  });
  all('[data-other]').forEach(function (field) {
    field.addEventListener('input', function () {
      var box = document.getElementById(field.getAttribute('data-other'));
      if (box && field.value) { box.checked = true; }
    });
  });

  /* ---- saved while one answers: seldom, as a whole village may share one address ---- */

  var saved = fields();
  var timer = null;
  var running = false;
  var leaving = false;
  var shown = form.querySelector('[data-kept-note]');

  function fields() {
    var pairs = [];
    all('input, textarea, select').forEach(function (field) {
      if (!field.name || field.type === 'file' || field.type === 'submit') { return; }
      if ((field.type === 'radio' || field.type === 'checkbox') && !field.checked) { return; }
      if (field.disabled || !!closestOff(field)) { return; }
      pairs.push(encodeURIComponent(field.name) + '=' + encodeURIComponent(field.value));
    });
    return pairs.join('&');
  }

  function closestOff(field) {
    for (var part = field.parentNode; part && part !== form; part = part.parentNode) {
      if (part.tagName === 'FIELDSET' && part.disabled) { return part; }
    }
    return null;
  }

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
    request.send(sent);
  }

  /* What the server has answered stands until something else is typed; only what did not reach it is sent again. */
  function ended(told, sent) {
    running = false;
    if (told) { saved = sent; }
    shown.textContent = told && told.text || form.getAttribute(told ? 'data-saved' : 'data-not-saved');
    if (!leaving && fields() !== saved) { later(told ? 20000 : 15000); }
  }

  function later(pause) {
    if (!timer) { timer = window.setTimeout(save, pause); }
  }

  function changed() {
    if (follows) { follow(); }
    later(8000);
  }
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('submit', function () { leaving = true; });
  window.addEventListener('pagehide', function () {
    if (leaving || fields() === saved || !navigator.sendBeacon) { return; }
    navigator.sendBeacon(form.getAttribute('data-sheet'),
      new Blob([fields()], { type: 'application/x-www-form-urlencoded' }));
  });
  window.addEventListener('pageshow', function () {
    leaving = false;
    if (follows) { follow(); }
  });
  if (follows) { follow(); }
}());
