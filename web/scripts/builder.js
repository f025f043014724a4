/*
 * Building a questionnaire: dragging questions to another place, Alt with an arrow key for the same, and names put into a condition by a
 * press. Every one of these is also a button or a field, so the page works without this file. ES5 only; after minyi.js, whose helpers it
 * uses.
 */
(function () {
  'use strict';

  if (!window.minyi) { return; }
  var all = window.minyi.all, closest = window.minyi.closest, fill = window.minyi.fill;

  /* ---- which button was pressed, so that the next page begins there ---- */

  var PRESSED = 'minyi.builder';

  function remember(act) {
    try { window.sessionStorage.setItem(PRESSED, act); } catch (error) { /* no memory */ }
  }

  function remembered() {
    try {
      var act = window.sessionStorage.getItem(PRESSED);
      window.sessionStorage.removeItem(PRESSED);
      return act;
    } catch (error) { return null; }
  }

  var builder = document.querySelector('[data-builder]');
  if (builder) { build(); }
  names();

  function build() {
    var says = builder.querySelector('[data-builder-says]');
    var form = builder.querySelector('[data-builder-form]');
    var carried = null;

    function say(text) { says.textContent = text; }

    /* What happened stands on top of the page; who has just moved something is further down. */
    var act = remembered();
    var target = act && window.location.hash && document.getElementById(window.location.hash.slice(1));
    var flash = document.querySelector('.flash');
    if (target) {
      var button = act === 'link' ? null : target.querySelector('button[value="' + act + '"]');
      var place = button || target.querySelector('a, button') || target;
      place.focus();
      /* The browser goes to what the address names once the page is drawn, and leaves the focus nowhere. */
      window.addEventListener('load', function () {
        window.requestAnimationFrame(function () {
          window.setTimeout(function () {
            if (!document.activeElement || document.activeElement === document.body) { place.focus(); }
          }, 50);
        });
      });
      if (flash) { window.setTimeout(function () { say(flash.textContent); }, 100); }
    } else if (act) {
      var first = document.querySelector('[data-first]');
      if (first) { first.focus(); }
    }

    builder.addEventListener('click', function (event) {
      if (event.target.name === 'act') { remember(event.target.value); }
    });

    builder.addEventListener('keydown', function (event) {
      var item = closest(event.target, '[data-question]');
      if (!item || !event.altKey || (event.keyCode !== 38 && event.keyCode !== 40)) { return; }
      var button = item.querySelector('button[value="' + (event.keyCode === 38 ? 'up' : 'down') + '"]');
      if (!button) { return; }
      event.preventDefault();
      button.click();
      if (event.target !== button) { remember('link'); }
    });

    /* ---- dragging ---- */

    all('[data-question]', builder).forEach(function (item) {
      var acts = item.querySelector('form.acts');
      if (!acts) { return; }
      item.setAttribute('draggable', 'true');
      item.className += ' movable';
      all('a', item).forEach(function (link) { link.setAttribute('draggable', 'false'); });
      item.addEventListener('dragstart', function (event) {
        carried = item;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', item.getAttribute('data-question'));
        say(fill(builder.getAttribute('data-carried'), { name: item.getAttribute('data-name') }));
      });
      item.addEventListener('dragend', function () { unmark(); carried = null; });
    });

    function unmark() {
      all('.drop-above, .drop-below, .drop-in', builder).forEach(function (marked) {
        marked.className = marked.className.replace(/ ?drop-(above|below|in)/g, '');
      });
    }

    function isAbove(item, event) {
      var box = item.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    }

    builder.addEventListener('dragover', function (event) {
      var list = carried && closest(event.target, '[data-group]');
      if (!list) { return; }
      event.preventDefault();
      unmark();
      var item = closest(event.target, '[data-question]');
      if (item) { item.className += isAbove(item, event) ? ' drop-above' : ' drop-below'; } else { list.className += ' drop-in'; }
    });

    builder.addEventListener('drop', function (event) {
      var list = carried && closest(event.target, '[data-group]');
      if (!list) { return; }
      event.preventDefault();
      var item = closest(event.target, '[data-question]');
      var after = item || list.lastElementChild;
      if (item && isAbove(item, event)) { after = item.previousElementSibling; }
      if (after === carried) { after = carried.previousElementSibling; }
      if (item === carried) { return; }
      form.action = carried.querySelector('form.acts').getAttribute('action');
      form.querySelector('[name="group"]').value = list.getAttribute('data-group');
      form.querySelector('[name="after"]').value = after ? after.getAttribute('data-question') : '';
      remember('link');
      form.submit();
    });
  }

  /* ---- names that a condition may use ---- */

  function names() {
    var field = null;
    all('#condition, #validation, #lines').forEach(function (area) {
      field = field || area;
      area.addEventListener('focus', function () { field = area; });
    });
    if (!field) { return; }
    all('[data-name-of]').forEach(function (name) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'link';
      button.textContent = name.textContent;
      button.addEventListener('click', function () {
        var start = field.selectionStart;
        var word = name.textContent;
        field.value = field.value.slice(0, start) + word + field.value.slice(field.selectionEnd);
        field.focus();
        field.setSelectionRange(start + word.length, start + word.length);
      });
      name.textContent = '';
      name.appendChild(button);
    });
  }
}());
