/*
 * A kiosk: without a touch it asks whether somebody is still there, counts down, and begins anew. Without this file the page itself
 * returns after a longer while. ES5 only.
 */
(function () {
  'use strict';

  document.documentElement.className += ' js';

  /* What the browser kept of a page is not shown to who comes next. */
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) { window.location.replace('/kiosk'); }
  });

  /* The first page stands there for long: it is looked at anew now and then. */
  if (document.querySelector('[data-kiosk-start]')) { window.setTimeout(function () { window.location.replace('/kiosk'); }, 600000); }

  function every(seconds, from, show, over) {
    var left = from;
    show(left);
    var timer = window.setInterval(function () {
      left -= 1;
      show(left);
      if (left <= 0) {
        window.clearInterval(timer);
        over();
      }
    }, 1000 * seconds);
    return timer;
  }

  /* ---- somebody fills in a page ---- */

  var dialog = document.querySelector('[data-idle]');
  if (dialog) {
    var patience = Number(dialog.getAttribute('data-idle')) * 1000;
    var count = dialog.querySelector('[data-count]');
    var waiting = null;
    var counting = null;
    var before = null;

    var wait = function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, patience);
    };
    var ask = function () {
      before = document.activeElement;
      dialog.hidden = false;
      dialog.querySelector('[data-stay]').focus();
      counting = every(1, 20, function (left) { count.textContent = String(left); }, function () {
        document.getElementById('kiosk-reset').submit();
      });
    };
    var stay = function () {
      if (counting) {
        window.clearInterval(counting);
        counting = null;
        dialog.hidden = true;
        if (before && before.focus) { before.focus(); }
      }
      wait();
    };
    ['mousedown', 'mousemove', 'touchstart', 'keydown', 'input', 'scroll', 'wheel'].forEach(function (name) {
      window.addEventListener(name, function () { if (!counting) { wait(); } }, { passive: true });
    });
    dialog.addEventListener('click', stay);
    dialog.addEventListener('keydown', function (event) {
      /* Nothing else is there to go to. */
      if (event.key === 'Tab') { event.preventDefault(); }
      if (event.key === 'Escape') { stay(); }
    });
    wait();
  }

  /* ---- thanks, the receipt, and what went wrong: they go by themselves ---- */

  var farewell = document.querySelector('[data-returns]');
  if (farewell) {
    var left = farewell.querySelector('[data-count]');
    var show = function (seconds) { left.textContent = String(seconds); };
    var reset = document.getElementById('kiosk-reset');
    var leave = function () {
      if (reset) { reset.submit(); } else { window.location.replace('/kiosk'); }
    };
    var timer = every(1, Number(farewell.getAttribute('data-returns')), show, leave);
    farewell.querySelector('[data-longer]').addEventListener('click', function () {
      window.clearInterval(timer);
      timer = every(1, 60, show, leave);
    });
  }
  var print = document.querySelector('[data-print]');
  if (print) { print.addEventListener('click', function () { window.print(); }); }

  var summary = document.querySelector('.error-summary') || document.querySelector('[data-first]');
  if (summary) { summary.focus(); }
}());
