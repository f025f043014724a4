/*
 * A poll inside another page: what is chosen is sent without leaving it. The form goes to the poll's own page; here that page is
 * fetched, its form is sent, and the receipt and the newest figures are shown in place. Whatever is not as expected happens on the poll's
 * own page. ES5 only, as minyi.js; without it the form does what it says.
 */
(function () {
  'use strict';

  /* No script runs in a page that is parsed so: its form asks for no receipt in place, and is led to the address of the receipt. */
  if (!window.DOMParser) { return; }

  /* Asks for a page; `then` gets it with its address, or null. */
  function ask(method, address, fields, then) {
    var request = new XMLHttpRequest();
    request.open(method, address);
    if (fields !== null) { request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded'); }
    request.timeout = 15000;
    request.onload = function () {
      var page = null;
      try { page = new DOMParser().parseFromString(request.responseText, 'text/html'); } catch (error) { page = null; }
      then(page, request.responseURL || address);
    };
    request.onerror = request.ontimeout = function () { then(null, address); };
    request.send(fields);
  }

  function fieldsOf(form) {
    return Array.prototype.slice.call(form.querySelectorAll('input, textarea, select')).filter(function (field) {
      return field.name && (field.type !== 'radio' && field.type !== 'checkbox' || field.checked);
    }).map(function (field) {
      return encodeURIComponent(field.name) + '=' + encodeURIComponent(field.value);
    }).join('&');
  }

  function showResult(form, place) {
    var address = form.getAttribute('data-results');
    if (!address || !place) { return; }
    ask('GET', address, null, function (page) {
      var result = page && page.querySelector('section.result');
      if (!result) { return; }
      place.textContent = '';
      place.appendChild(document.importNode(result, true));
      /* The figures move in steps: the answer that was just sent may not be among them. */
      var moment = page.querySelector('[data-shown-at]');
      if (moment) { place.appendChild(document.importNode(moment, true)); }
    });
  }

  /* What became of it, where the form was. */
  function say(form, words, href, link) {
    var note = document.createElement('p');
    note.setAttribute('role', 'status');
    note.tabIndex = -1;
    note.textContent = words + ' ';
    if (href) {
      var way = document.createElement('a');
      way.href = href;
      way.textContent = link;
      note.appendChild(way);
    }
    var place = form.parentNode.querySelector('[data-poll-result]');
    form.parentNode.replaceChild(note, form);
    note.focus();
    showResult(form, place);
  }

  /* Words for something else choose it, and it wants words. */
  function follow(form) {
    var words = form.querySelector('[data-other]');
    var own = words && document.getElementById(words.getAttribute('data-other'));
    if (!own) { return; }
    words.addEventListener('input', function () { if (words.value) { own.checked = true; } });
    ['input', 'change'].forEach(function (kind) {
      form.addEventListener(kind, function () { words.required = own.checked; });
    });
  }

  Array.prototype.slice.call(document.querySelectorAll('form[data-poll]')).forEach(function (form) {
    follow(form);
    form.addEventListener('submit', function (event) {
      var chosen = form.querySelector('input:checked');
      if (!chosen) { return; }
      event.preventDefault();
      var button = form.querySelector('button');
      button.disabled = true;
      ask('POST', form.getAttribute('action'), fieldsOf(form), function (page, address) {
        var asked = page && page.querySelector('form[data-sheet]');
        if (!asked) { ended(page, address); return; }
        ask('POST', asked.getAttribute('action'), fieldsOf(asked) + '&do=send', ended);
      });

      function ended(page, address) {
        if (page && page.querySelector('[data-receipt]')) {
          say(form, form.getAttribute('data-sent'), address, form.getAttribute('data-receipt'));
          return;
        }
        /* Refused: closed meanwhile, or this browser has answered before. */
        var why = page && page.querySelector('[data-refused]');
        if (why) { say(form, why.textContent); } else { form.submit(); }
      }
    });
  });
}());
