/*
 * A poll inside another page: what is chosen is sent without leaving it. The form goes to the poll's own page; here that page is
 * fetched, its form is sent, and the receipt and the newest figures are shown in place. Whatever is not as expected happens on the poll's
 * own page. ES5 and fetch; without either the form does what it says.
 */
(function () {
  'use strict';

  if (!window.fetch || !window.DOMParser || !window.FormData || !window.URLSearchParams) { return; }

  function read(response) {
    return response.text().then(function (text) {
      return { address: response.url, page: new DOMParser().parseFromString(text, 'text/html') };
    });
  }

  function showResult(form, place) {
    var address = form.getAttribute('data-results');
    if (!address || !place) { return; }
    window.fetch(address, { credentials: 'same-origin' }).then(read).then(function (got) {
      var result = got.page.querySelector('section.result');
      if (!result) { return; }
      place.textContent = '';
      place.appendChild(document.importNode(result, true));
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

  Array.prototype.slice.call(document.querySelectorAll('form[data-poll]')).forEach(function (form) {
    form.addEventListener('submit', function (event) {
      var chosen = form.querySelector('input:checked');
      if (!chosen) { return; }
      event.preventDefault();
      var button = form.querySelector('button');
      button.disabled = true;
      var choice = new URLSearchParams(new FormData(form));
      window.fetch(form.getAttribute('action'), { method: 'POST', body: choice, credentials: 'same-origin' }).then(read).then(function (got) {
        var asked = got.page.querySelector('form[data-sheet]');
        if (!asked) { return got; }
        var fields = new URLSearchParams(new FormData(asked));
        fields.set('do', 'send');
        return window.fetch(asked.getAttribute('action'), { method: 'POST', body: fields, credentials: 'same-origin' });
      }).then(function (got) { return got.page ? got : read(got); }).then(function (got) {
        if (got.page.querySelector('[data-receipt]')) {
          say(form, form.getAttribute('data-sent'), got.address, form.getAttribute('data-receipt'));
          return;
        }
        /* Refused: closed meanwhile, or this browser has answered before. */
        var why = got.page.querySelector('[data-refused]');
        if (!why) { throw new Error('neither'); }
        say(form, why.textContent);
      }).catch(function () { form.submit(); });
    });
  });
}());
