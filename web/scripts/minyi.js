/*
 * Small comforts; every page works without this file. ES5 only: browsers as old as Android 7's WebView read it.
 * Hooks are data attributes in the markup; /styleguide shows each.
 */
(function () {
  'use strict';

  var root = document.documentElement;
  root.className += ' js';

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  function fill(pattern, values) {
    return String(pattern || '').replace(/\{(\w+)\}/g, function (whole, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : whole;
    });
  }

  function closest(element, selector) {
    while (element && element.nodeType === 1) {
      if ((element.matches || element.webkitMatchesSelector).call(element, selector)) { return element; }
      element = element.parentNode;
    }
    return null;
  }

  /* Characters as the server counts them: code points, with line breaks as one. */
  function length(text) {
    return text.replace(/\r\n/g, '\n').replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '_').length;
  }

  /* Private windows and full disks throw; then there is simply no memory. */
  var memory = {
    get: function (key) {
      try { return JSON.parse(window.localStorage.getItem(key)); } catch (error) { return null; }
    },
    /* - Returns: whether it stands there now. */
    set: function (key, value) {
      try { window.localStorage.setItem(key, JSON.stringify(value)); return true; } catch (error) { return false; }
    },
    remove: function (key) {
      try { window.localStorage.removeItem(key); } catch (error) { /* no memory */ }
    },
    keys: function () {
      try { return Object.keys(window.localStorage); } catch (error) { return []; }
    }
  };

  /* ---- how many characters are left ---- */

  all('textarea[data-limit]').forEach(function (area) {
    var shown = document.getElementById(area.getAttribute('data-count'));
    var limit = parseInt(area.getAttribute('data-limit'), 10);
    if (!shown || !limit) { return; }
    var before = shown.textContent;
    function update() {
      var left = limit - length(area.value);
      shown.className = left < 0 ? 'count over' : 'count';
      if (!area.value) {
        shown.textContent = before;
      } else {
        shown.textContent = fill(shown.getAttribute(left < 0 ? 'data-over' : 'data-left'), { count: Math.abs(left) });
      }
    }
    area.addEventListener('input', update);
    window.addEventListener('pageshow', update);
    update();
  });

  /*
   * ---- what was typed survives a lost connection or a closed browser ----
   * Only the text itself is kept (names and telephone numbers are not: phones are shared), together with the key that
   * makes a repeated form count once, until a page with a receipt is shown or a week has passed. Nothing stays longer: the
   * next person at this computer may want to say the very same words.
   */

  var DRAFT = 'minyi.draft:';
  var WEEK = 7 * 86400000;

  function hash(text) {
    var value = 5381;
    for (var i = 0; i < text.length; i += 1) { value = ((value * 33) ^ text.charCodeAt(i)) >>> 0; }
    return value;
  }

  function fingerprint(form) {
    var text = '';
    all('input, textarea, select', form).forEach(function (field) {
      if (field.type === 'hidden' || field.type === 'file' || field.type === 'submit') { return; }
      if ((field.type === 'radio' || field.type === 'checkbox') && !field.checked) { return; }
      text += field.name + '\u0001' + field.value + '\u0002';
    });
    return hash(text);
  }

  /* A random UUID (RFC 9562, version 4). */
  function newKey() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var text = '';
    for (var i = 0; i < 16; i += 1) {
      text += (bytes[i] + 256).toString(16).slice(1) + (i === 3 || i === 5 || i === 7 || i === 9 ? '-' : '');
    }
    return text;
  }

  /* What scripts of single pages need too: one copy. */
  window.minyi = { all: all, fill: fill, closest: closest, memory: memory, newKey: newKey };

  function draftForms() {
    all('form[data-draft]').forEach(function (form) {
      var key = DRAFT + (form.getAttribute('data-draft') || form.getAttribute('action'));
      var token = form.querySelector('input[name="idempotency"]');
      var areas = all('textarea, input[data-kept]', form);
      var kept = memory.get(key) || {};
      /* The server has just said that nothing is stored under the key on this page: it is fresh, or what came with it was refused. */
      if (form.hasAttribute('data-fresh-key')) { kept.key = kept.sent = null; }
      if (kept.texts) {
        areas.forEach(function (area) {
          /* What the server sent back wins over what this browser remembers. */
          if (!area.value && kept.texts[area.name]) {
            area.value = kept.texts[area.name];
            area.dispatchEvent(new Event('input'));
            all('[data-draft-restored]', form).forEach(function (note) { note.hidden = false; });
          }
        });
      }
      function words() {
        return areas.map(function (area) { return area.value; }).join('\u0001');
      }
      function save() {
        kept.at = Date.now();
        kept.texts = {};
        areas.forEach(function (area) { kept.texts[area.name] = area.value; });
        memory.set(key, kept);
      }
      areas.forEach(function (area) { area.addEventListener('input', save); });
      form.addEventListener('submit', function () {
        /* The very same words once more go under the same key, so that they count once; changed ones are another. */
        if (token) {
          if (kept.key) { token.value = kept.sent === hash(words()) ? kept.key : newKey(); }
          kept.key = token.value;
          kept.sent = hash(words());
        }
        save();
        memory.set('minyi.sent', key);
      });
    });
  }

  /* A questionnaire has a draft a page: all of them are over with its receipt, or when somebody wants them forgotten. */
  function forget(about) {
    memory.keys().forEach(function (key) {
      if (about && key.indexOf(DRAFT + about + '/') === 0) { memory.remove(key); }
    });
  }

  var receipt = document.querySelector('[data-receipt]');
  if (receipt) {
    var sent = memory.get('minyi.sent');
    if (sent) { memory.remove(sent); memory.remove('minyi.sent'); }
    forget(receipt.getAttribute('data-receipt'));
    /* What answered a form gets its own address: loading it again, or coming back to it, sends nothing. */
    var address = receipt.getAttribute('data-address');
    if (address && window.location.pathname !== address) { window.history.replaceState(null, '', address); }
  }
  /* What was sent in this tab is told on a form of the same that is opened once more; until it is withdrawn, or forgotten. */
  var ANSWERED = 'minyi.answered:';
  function tell(about, href) {
    try {
      if (href) { window.sessionStorage.setItem(ANSWERED + about, href); } else { window.sessionStorage.removeItem(ANSWERED + about); }
    } catch (error) { /* no memory */ }
  }
  if (receipt) { tell(receipt.getAttribute('data-receipt'), receipt.hasAttribute('data-answered') ? receipt.getAttribute('data-address') : ''); }
  if (receipt) {
    all('form[action$="/forget"]', receipt).forEach(function (form) {
      form.addEventListener('submit', function () { tell(receipt.getAttribute('data-receipt'), ''); });
    });
  }
  all('p[data-answered]').forEach(function (note) {
    var href = null;
    try { href = window.sessionStorage.getItem(ANSWERED + window.location.pathname.split('/').slice(0, 3).join('/')); } catch (error) { return; }
    if (!href) { return; }
    note.querySelector('a').href = href;
    note.hidden = false;
  });
  if (window.history.replaceState) {
    all('input[name="receipt_here"]').forEach(function (field) { field.value = 'on'; });
  }
  all('form[data-forgets]').forEach(function (form) {
    form.addEventListener('submit', function () { forget(form.getAttribute('data-forgets')); });
  });
  memory.keys().forEach(function (key) {
    var old = key.indexOf(DRAFT) === 0 && memory.get(key);
    if (old && !(Date.now() - old.at < WEEK)) { memory.remove(key); }
  });
  draftForms();

  /* The page that is kept for places without a network is of who was signed in: the next one gets their own. */
  all('form[action="/desk/sign-in"]').forEach(function (form) {
    form.addEventListener('submit', function () { if (window.caches) { window.caches['delete']('minyi-field'); } });
  });

  /* ---- fields that belong to one of several choices show with it ---- */

  all('[data-shown-by]').forEach(function (field) {
    var choice = document.getElementById(field.getAttribute('data-shown-by'));
    if (!choice || !choice.form) { return; }
    function update() { field.hidden = !choice.checked; }
    choice.form.addEventListener('change', update);
    window.addEventListener('pageshow', update);
    update();
  });

  /* ---- files that are too large are found before they are sent ---- */

  all('input[type="file"][data-most-bytes]').forEach(function (field) {
    var shown = document.querySelector('[data-file-error="' + field.id + '"]');
    if (!shown || !field.files) { return; }
    field.addEventListener('change', function () {
      var files = Array.prototype.slice.call(field.files);
      var large = files.filter(function (file) { return file.size > parseInt(field.getAttribute('data-most-bytes'), 10); })[0];
      var together = files.reduce(function (sum, file) { return sum + file.size; }, 0);
      var much = together > parseInt(field.getAttribute('data-most-together'), 10);
      shown.hidden = !large && !much;
      shown.textContent = large ? fill(field.getAttribute('data-too-large'), { name: large.name })
        : much ? field.getAttribute('data-too-much') : '';
      /* Sent as they are, all that was typed would be refused with them. */
      if (large || much) { field.value = ''; }
    });
  });

  /* ---- a second press of the button does nothing ---- */

  function release() {
    all('form[data-busy]').forEach(function (form) {
      form.removeAttribute('data-busy');
      all('[aria-busy]', form).forEach(function (button) {
        button.removeAttribute('aria-busy');
        button.removeAttribute('aria-disabled');
      });
    });
  }

  document.addEventListener('submit', function (event) {
    var form = event.target;
    if ((form.getAttribute('method') || '').toLowerCase() !== 'post' || event.defaultPrevented) { return; }
    if (form.hasAttribute('data-busy')) { event.preventDefault(); return; }
    form.setAttribute('data-busy', '');
    all('button:not([type="button"]), input[type="submit"]', form).forEach(function (button) {
      /* Not disabled: a disabled button would not be sent, and focus would be lost. */
      button.setAttribute('aria-busy', 'true');
      button.setAttribute('aria-disabled', 'true');
    });
    /* An answer that is a file leaves the page where it is. */
    window.setTimeout(release, 20000);
  });
  window.addEventListener('pageshow', release);

  /* ---- instant filter of a table whose rows are all on the page; the form works without ---- */

  /* As the server compares: letters of either case and either width are the same. */
  function plain(text) {
    return text.replace(/[\uFF01-\uFF5E]/g, function (wide) {
      return String.fromCharCode(wide.charCodeAt(0) - 0xFEE0);
    }).toLowerCase();
  }

  /* What the row says itself, without the labels and links that every row has. */
  function wordsOf(row) {
    return plain(all('td:not(.act), th.name, p:not(.act)', row).map(function (cell) {
      var details = all('dd', cell);
      if (!details.length) { return cell.textContent; }
      return cell.firstChild.textContent + ' ' + details.map(function (part) { return part.textContent; }).join(' ');
    }).join(' ') + ' ' + (row.getAttribute('data-level1') || ''));
  }

  all('form[data-filters]').forEach(function (form) {
    var table = document.getElementById(form.getAttribute('data-filters'));
    if (!table) { return; }
    /* Rows of a table below those of their groups, or clauses below their headings. */
    var rows = all('tbody tr, .chapter, .clause', table);
    var items = rows.filter(function (row) { return row.hasAttribute('data-filter'); });
    var words = items.map(wordsOf);
    var found = document.querySelector('[data-found]');
    var empty = document.querySelector('[data-nothing-found]');
    var query = form.querySelector('input[name="q"]');
    var jump = form.querySelector('input[name="row"]');
    var selects = all('select', form);

    function matches(row) {
      var word = query ? plain(query.value.trim()) : '';
      if (word && words[items.indexOf(row)].indexOf(word) < 0) { return false; }
      return selects.every(function (select) {
        /* A row may belong to several: their names stand between bars. */
        var own = '|' + (row.getAttribute('data-' + select.name) || '') + '|';
        return !select.value || own.indexOf('|' + select.value + '|') >= 0;
      });
    }

    function update() {
      var group = null;
      var shown = 0;
      rows.forEach(function (row) {
        if (row.hasAttribute('data-filter')) {
          row.hidden = !matches(row);
          if (!row.hidden) {
            shown += 1;
            if (group) { group.hidden = false; }
          }
        } else if (/\b(group|chapter)\b/.test(row.className)) {
          group = row;
          group.hidden = true;
        }
      });
      table.hidden = shown === 0;
      if (empty) { empty.hidden = shown > 0; }
      if (found) { found.textContent = fill(found.getAttribute('data-found'), { shown: shown, all: items.length }); }
    }

    if (query) { query.addEventListener('input', update); }
    selects.forEach(function (select) { select.addEventListener('change', update); });
    form.addEventListener('submit', function (event) {
      var number = jump ? plain(jump.value.trim()) : '';
      var wanted = items.filter(function (row) { return row.getAttribute('data-number') === number; })[0];
      /* A row that is not here: the server says so. */
      if (number && !wanted) { return; }
      event.preventDefault();
      update();
      if (wanted) {
        wanted.hidden = table.hidden = false;
        jump.value = '';
        window.location.hash = wanted.id;
      }
      (wanted || table).setAttribute('tabindex', '-1');
      (wanted || table).focus();
    });
    window.addEventListener('pageshow', update);
  });

  /* ---- WeChat's browser drops downloads silently: say so, and offer the address instead ---- */

  if (/MicroMessenger/i.test(navigator.userAgent)) {
    document.addEventListener('click', function (event) {
      var link = closest(event.target, 'a[download], a[data-download]');
      var hint = document.getElementById('wechat');
      if (!link || !hint) { return; }
      event.preventDefault();
      var address = hint.querySelector('input');
      hint.hidden = false;
      address.value = link.href;
      address.focus();
      address.select();
    });
  }

  all('[data-copy]').forEach(function (button) {
    button.addEventListener('click', function () {
      var field = document.getElementById(button.getAttribute('data-copy'));
      if (!field) { return; }
      field.focus();
      field.select();
      if (field.setSelectionRange) { field.setSelectionRange(0, field.value.length); }
      var copied = false;
      try { copied = document.execCommand('copy'); } catch (error) { copied = false; }
      if (copied) { button.textContent = button.getAttribute('data-copied') || button.textContent; }
    });
  });

  all('[data-hides]').forEach(function (button) {
    button.addEventListener('click', function () {
      var shown = document.getElementById(button.getAttribute('data-hides'));
      if (shown) { shown.hidden = true; }
    });
  });

  /* ---- print ---- */

  all('[data-print]').forEach(function (button) {
    button.addEventListener('click', function () { window.print(); });
  });

  /* ---- number and code of a receipt's QR address stand behind the #, so that no server log holds them ---- */

  var scanned = /^#([\w-]+),([0-9]+)$/.exec(window.location.hash);
  var numberField = document.querySelector('form[data-receipt-form] input[name="number"]');
  var codeField = document.querySelector('form[data-receipt-form] input[name="code"]');
  if (scanned && numberField && codeField) {
    numberField.value = scanned[1];
    codeField.value = scanned[2].replace(/(\d{4})(?=\d)/g, '$1 ');
    if (window.history.replaceState) {
      window.history.replaceState(null, '', window.location.pathname + window.location.search);
    }
  }

  /* ---- many rows at once ---- */

  all('form').forEach(function (form) {
    var master = form.querySelector('[data-select-all]');
    if (!master) { return; }
    var boxes = all('input[type="checkbox"][name="' + master.getAttribute('data-select-all') + '"]', form);
    var shown = form.querySelector('[data-selected]');
    var none = shown ? shown.textContent : '';
    function update() {
      var count = 0;
      boxes.forEach(function (box) {
        var row = closest(box, 'tr');
        if (box.checked) { count += 1; }
        if (row) { row.className = row.className.replace(/ ?\bpicked\b/g, '') + (box.checked ? ' picked' : ''); }
      });
      master.checked = count > 0 && count === boxes.length;
      master.indeterminate = count > 0 && count < boxes.length;
      if (shown) { shown.textContent = count ? fill(shown.getAttribute('data-selected'), { count: count }) : none; }
    }
    master.addEventListener('change', function () {
      boxes.forEach(function (box) {
        var row = closest(box, 'tr');
        if (!row || !row.hidden) { box.checked = master.checked; }
      });
      update();
    });
    boxes.forEach(function (box) { box.addEventListener('change', update); });
    window.addEventListener('pageshow', update);
    update();
  });

  /* ---- keys of the workbench: only outside of fields, and only until somebody switches them off ---- */

  all('[data-keys]').forEach(function (hint) {
    var toggle = hint.querySelector('[data-keys-toggle]');
    var words = [toggle.textContent, toggle.getAttribute('data-keys-toggle')];
    var off = memory.get('minyi.keys') === 'off';
    function show() { toggle.textContent = words[off ? 1 : 0]; }
    toggle.addEventListener('click', function () {
      off = !off;
      memory.set('minyi.keys', off ? 'off' : 'on');
      show();
    });
    show();
    function step(by) {
      var lines = all('[data-line]');
      var here = lines.indexOf(document.activeElement);
      var row = closest(document.activeElement, 'tr');
      if (here < 0 && row) { here = lines.indexOf(row.querySelector('[data-line]')); }
      var next = lines[here < 0 ? 0 : here + by];
      if (next) { next.focus(); }
    }
    function follow(rel) {
      var link = document.querySelector('a[rel="' + rel + '"]');
      if (link) { link.click(); }
    }
    document.addEventListener('keydown', function (event) {
      if (off || event.ctrlKey || event.altKey || event.metaKey) { return; }
      if (closest(event.target, 'textarea, select, input:not([type="checkbox"]):not([type="radio"])')) { return; }
      var list = hint.getAttribute('data-keys') === 'list';
      var handled = true;
      if (event.key === 'j') {
        if (list) { step(1); } else { follow('next'); }
      } else if (event.key === 'k') {
        if (list) { step(-1); } else { follow('prev'); }
      } else if (list && event.key === 'x') {
        var row = closest(document.activeElement, 'tr');
        var box = row && row.querySelector('input[type="checkbox"]');
        if (box) { box.click(); }
      } else if (!list && /^[1-6]$/.test(event.key)) {
        var choice = all('input[name="outcome"]')[parseInt(event.key, 10) - 1];
        if (choice) { choice.click(); choice.focus(); }
      } else if (!list && event.key === 'r') {
        document.querySelector('textarea[name="reason"]').focus();
      } else {
        handled = false;
      }
      if (handled) { event.preventDefault(); }
    });
  });

  /* ---- a submission is divided where words are marked ---- */

  all('form[data-split]').forEach(function () {
    document.addEventListener('keydown', function (event) {
      if (event.key !== 'n' || event.ctrlKey || event.altKey || event.metaKey || !window.getSelection) { return; }
      var marked = window.getSelection();
      if (marked.isCollapsed || !marked.anchorNode) { return; }
      var sentence = closest(marked.getRangeAt(0).startContainer.parentNode, '[data-sentence]');
      var box = sentence && sentence.parentNode.querySelector('input[type="checkbox"]');
      if (!box || box.disabled) { return; }
      event.preventDefault();
      box.click();
      box.focus();
    });
  });

  /* ---- a text to begin with is put where the cursor is ---- */

  all('[data-insert]').forEach(function (button) {
    button.addEventListener('click', function () {
      var area = document.getElementById(button.getAttribute('data-into'));
      if (!area) { return; }
      var start = area.selectionStart || 0;
      area.value = area.value.slice(0, start) + button.getAttribute('data-insert') + area.value.slice(area.selectionEnd || start);
      area.dispatchEvent(new Event('input'));
      area.focus();
    });
  });

  /* ---- says that somebody has this open, while it is on the screen, and shows who else has ---- */

  all('[data-look]').forEach(function (note) {
    var timer = null;
    function fields(more) { return 'csrf=' + encodeURIComponent(note.getAttribute('data-look-token')) + more; }
    function look() {
      window.clearTimeout(timer);
      if (document.hidden) { return; }
      var request = new XMLHttpRequest();
      request.open('POST', note.getAttribute('data-look'));
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.onload = function () {
        var answer = null;
        try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
        /* Said aloud only when it is news. */
        if (request.status === 200 && answer && note.textContent !== answer.note) { note.textContent = answer.note; }
      };
      request.send(fields(''));
      timer = window.setTimeout(look, parseInt(note.getAttribute('data-look-seconds'), 10) * 1000);
    }
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pagehide', function () {
      if (!navigator.sendBeacon) { return; }
      navigator.sendBeacon(note.getAttribute('data-look'),
        new Blob([fields('&leaves=on')], { type: 'application/x-www-form-urlencoded' }));
    });
    window.addEventListener('pageshow', function (event) { if (event.persisted) { look(); } });
    look();
  });

  /* ---- a reply is saved while it is written; whoever saves over somebody else's version is told, and keeps their text ---- */

  all('form[data-autosave]').forEach(function (form) {
    var area = form.querySelector('textarea');
    var version = form.querySelector('input[name="version"]');
    var note = form.querySelector('[data-autosave-note]');
    var saved = area.value;
    var timer = null;
    var stopped = false;
    function fields(text) {
      return 'csrf=' + encodeURIComponent(form.querySelector('input[name="csrf"]').value) + '&version=' +
        encodeURIComponent(version.value) + '&reply=' + encodeURIComponent(text);
    }
    var running = null;
    var pressed = null;
    function ended() {
      running = null;
      /* The button waited for this answer, and with it for the version. */
      if (pressed) { pressed.click(); }
    }
    function failed() {
      if (note) { note.textContent = form.getAttribute('data-autosave-failed'); }
      ended();
    }
    function save() {
      var text = area.value;
      timer = null;
      if (stopped || running || text === saved) { return; }
      var request = new XMLHttpRequest();
      request.open('POST', form.getAttribute('data-autosave'));
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.setRequestHeader('Accept', 'application/json');
      request.onload = function () {
        var answer = null;
        try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
        if (request.status === 200 && answer) {
          saved = text;
          version.value = answer.version;
          form.dispatchEvent(new Event('saved'));
        } else if (request.status === 409) {
          /* Not again: the button saves too, and then shows both texts side by side. */
          stopped = true;
        }
        if (answer && answer.note && note) { note.textContent = answer.note; }
        /* Signed out, or the server is away: no answer of ours, and nothing is saved. */
        if (!answer) { failed(); } else { ended(); }
        if (!stopped && !timer && area.value !== saved) { timer = window.setTimeout(save, 3000); }
      };
      request.onerror = failed;
      request.timeout = 10000;
      request.ontimeout = failed;
      running = request;
      request.send(fields(text));
    }
    area.addEventListener('input', function () {
      if (!timer) { timer = window.setTimeout(save, 3000); }
    });
    form.addEventListener('submit', function (event) {
      stopped = true;
      if (running) {
        event.preventDefault();
        pressed = event.submitter || form.querySelector('button[name="do"]');
      }
    });
    /* A page that goes away takes the last seconds along: they are handed over without waiting for an answer. */
    window.addEventListener('pagehide', function () {
      if (stopped || area.value === saved || !navigator.sendBeacon) { return; }
      stopped = true;
      navigator.sendBeacon(form.getAttribute('data-autosave'),
        new Blob([fields(area.value)], { type: 'application/x-www-form-urlencoded' }));
    });
    /* Taken out of the browser's memory again, it does not know what became of them. */
    window.addEventListener('pageshow', function (event) {
      if (event.persisted && stopped) { window.location.reload(); }
    });
  });

  /* ---- answers that may help already are offered while somebody types ---- */

  all('[data-similar]').forEach(function (part) {
    var field = document.getElementById(part.getAttribute('data-to'));
    var list = part.querySelector('ul');
    var timer = null;
    var asked = '';
    function show(found) {
      list.textContent = '';
      found.forEach(function (answer) {
        var item = document.createElement('li');
        var link = document.createElement('a');
        var meta = document.createElement('span');
        link.href = answer.href;
        link.target = '_blank';
        link.rel = 'noopener';
        link.textContent = answer.title;
        meta.className = 'soft';
        meta.textContent = ' ' + answer.meta;
        item.appendChild(link);
        item.appendChild(meta);
        list.appendChild(item);
      });
      part.hidden = found.length === 0;
      /* Whoever has seen them is not stopped once more before sending. */
      if (found.length > 0 && !field.form.querySelector('input[name="offered"]')) {
        var offered = document.createElement('input');
        offered.type = 'hidden';
        offered.name = 'offered';
        offered.value = 'on';
        field.form.appendChild(offered);
      }
    }
    function ask() {
      var title = field.value.replace(/\s+/g, ' ').trim();
      timer = null;
      if (title === asked || title.length < 4) { return; }
      asked = title;
      var request = new XMLHttpRequest();
      request.open('GET', part.getAttribute('data-similar') + '?title=' + encodeURIComponent(title));
      request.onload = function () {
        /* Too many, or too late: what was shown stays. */
        if (request.status === 200 && title === asked) { show(JSON.parse(request.responseText)); }
      };
      request.send();
    }
    field.addEventListener('input', function () {
      if (timer) { window.clearTimeout(timer); }
      timer = window.setTimeout(ask, 800);
    });
  });

  /* ---- what is under way is asked for again until it is over ---- */

  function askAgain(part) {
    window.setTimeout(function () {
      var request = new XMLHttpRequest();
      request.open('GET', part.getAttribute('data-asks-again'));
      request.onload = function () {
        var page = new DOMParser().parseFromString(request.responseText, 'text/html');
        var now = page.getElementById(part.id);
        if (request.status !== 200 || !now) { return askAgain(part); }
        /* Over: the page has more to show than this part of it. */
        if (!now.hasAttribute('data-asks-again')) { return window.location.reload(); }
        if (part.innerHTML !== now.innerHTML) { part.innerHTML = now.innerHTML; }
        askAgain(part);
      };
      request.onerror = function () { askAgain(part); };
      request.send();
    }, 2000);
  }
  all('[data-asks-again]').forEach(askAgain);

  /* ---- leaving a desk form with changes asks first ---- */

  all('form[data-unsaved]').forEach(function (form) {
    var start = fingerprint(form);
    var leaving = false;
    form.addEventListener('submit', function () { leaving = true; });
    form.addEventListener('saved', function () { start = fingerprint(form); });
    window.addEventListener('pageshow', function () { leaving = false; });
    window.addEventListener('beforeunload', function (event) {
      if (leaving || fingerprint(form) === start) { return undefined; }
      event.preventDefault();
      event.returnValue = '';
      return '';
    });
  });

  /* ---- after a form came back with mistakes, the summary is what is read first ---- */

  var summary = document.querySelector('.error-summary') || document.querySelector('[data-first]');
  if (summary) { summary.focus(); }

  // A link to what is folded away opens it; newer browsers do so by themselves.
  function unfold() {
    var wanted = window.location.hash && document.getElementById(window.location.hash.slice(1));
    var folded = wanted && closest(wanted, 'details:not([open])');
    if (folded) {
      folded.open = true;
      wanted.scrollIntoView(true);
    }
  }
  window.addEventListener('hashchange', unfold);
  unfold();

  // Tables behind charts come along on paper, where nobody can open them; then they are as they were.
  window.addEventListener('beforeprint', function () {
    all('details.printed:not([open])').forEach(function (table) {
      table.setAttribute('data-opened', '');
      table.open = true;
    });
  });
  window.addEventListener('afterprint', function () {
    all('details[data-opened]').forEach(function (table) {
      table.removeAttribute('data-opened');
      table.open = false;
    });
  });
}());
