/*
 * The public screen of a hearing or forum: follows it by server-sent events and catches up by position. The page comes whole from the
 * server; without this file it is loaded anew every ten seconds. ES5 only.
 */
(function () {
  'use strict';

  var root = document.querySelector('[data-stream]');
  if (!root) { return; }
  document.documentElement.className += ' js';

  var MOST = 20;
  var SILENCE = 40000;
  var position = Number(root.getAttribute('data-position')) || 0;
  /* The server's clock against this one: halls have computers whose clock nobody has set. */
  var ahead = Number(root.getAttribute('data-now')) - Date.now();
  var until = Number(root.getAttribute('data-until')) || 0;
  var source = null;
  var heard = Date.now();
  var pause = 1000;

  function part(name) { return root.querySelector('[data-screen-' + name + ']'); }
  function say(name, text) {
    var shown = part(name);
    shown.textContent = text || shown.getAttribute('data-none') || '';
  }

  var list = part('lines');
  var time = part('time');
  var standing = part('standing');

  /* ---- how long the speaker still has ---- */

  function two(number) { return (number < 10 ? '0' : '') + number; }

  function tick() {
    if (!until) {
      time.textContent = '';
      time.className = 'screen-time digits';
      return;
    }
    var left = Math.ceil((until - Date.now() - ahead) / 1000);
    var seconds = Math.abs(left);
    var shown = (left < 0 ? '−' : '') + Math.floor(seconds / 60) + ':' + two(seconds % 60);
    time.className = 'screen-time digits' + (left < 0 ? ' over' : left <= 30 ? ' soon' : '');
    time.textContent = left < 0 ? root.getAttribute('data-over').replace('{time}', shown.slice(1)) : shown;
  }

  /* ---- one entry after the other ---- */

  function lineOf(place) {
    return list.querySelector('[data-place="' + place + '"]');
  }

  function addLine(entry) {
    var line = document.createElement('li');
    line.setAttribute('data-place', entry.place);
    line.className = entry.kind;
    var who = document.createElement('b');
    who.textContent = entry.label;
    var words = document.createElement('span');
    words.className = 'words-said';
    words.lang = 'zh-Hans';
    words.textContent = entry.body;
    line.appendChild(who);
    line.appendChild(words);
    list.appendChild(line);
    while (list.children.length > MOST) { list.removeChild(list.firstElementChild); }
    /* Who has scrolled back to read something stays there. */
    if (window.innerHeight + window.pageYOffset > document.documentElement.scrollHeight - 400) { line.scrollIntoView(false); }
  }

  function correct(entry) {
    var line = lineOf(entry.replaces);
    if (!line || line.hasAttribute('data-gone')) { return; }
    var words = line.querySelector('.words-said');
    var struck = document.createElement('del');
    struck.textContent = words.textContent;
    struck.lang = 'zh-Hans';
    line.insertBefore(struck, words);
    words.textContent = entry.body;
    var mark = line.querySelector('.corrected');
    if (!mark) {
      mark = document.createElement('small');
      mark.className = 'corrected';
      mark.textContent = root.getAttribute('data-corrected');
      line.appendChild(mark);
    }
    if (entry.becomes) {
      line.className = entry.becomes;
      mark.textContent = entry.mark;
    }
  }

  /* Nothing of what was said stays, nor of how it was corrected. */
  function hide(place, why) {
    var line = lineOf(place);
    if (!line) { return; }
    Array.prototype.slice.call(line.querySelectorAll('del, .corrected')).forEach(function (old) { line.removeChild(old); });
    line.setAttribute('data-gone', '');
    line.className += ' hidden-line';
    line.querySelector('.words-said').textContent = root.getAttribute('data-' + why);
  }

  /* How it stands, beside the title. */
  function stand(name) {
    var shown = document.querySelector('[data-screen-state]');
    if (shown) { shown.textContent = root.getAttribute('data-' + name + '-text'); }
  }

  function take(entry) {
    if (entry.place <= position) { return; }
    position = entry.place;
    switch (entry.kind) {
      case 'began': stand('began'); break;
      case 'agenda':
        say('agenda', entry.label);
        say('speaker', '');
        say('next', '');
        until = 0;
        break;
      case 'call':
        say('speaker', entry.label);
        say('next', entry.next);
        until = entry.seconds > 0 ? entry.at + 1000 * entry.seconds : 0;
        break;
      case 'time': until = entry.seconds > 0 ? entry.at + 1000 * entry.seconds : 0; break;
      case 'statement': case 'question': case 'reply': case 'procedural': addLine(entry); break;
      case 'correction': correct(entry); break;
      case 'hidden': hide(entry.replaces, 'hidden'); break;
      case 'ended':
        say('speaker', '');
        say('next', '');
        until = 0;
        root.setAttribute('data-ended', '');
        say('agenda', root.getAttribute('data-ended-text'));
        stand('ended');
        break;
    }
    tick();
  }

  /* ---- the stream ---- */

  function tell(isBroken) {
    standing.hidden = !isBroken;
    standing.textContent = isBroken ? root.getAttribute('data-lost') : '';
  }

  function follow() {
    var address = root.getAttribute('data-stream');
    heard = Date.now();
    source = new window.EventSource(address + (address.indexOf('?') < 0 ? '?' : '&') + 'after=' + position);
    source.onopen = function () { heard = Date.now(); pause = 1000; tell(false); };
    source.onerror = function () { tell(true); again(); };
    source.addEventListener('entry', function (event) {
      heard = Date.now();
      try { take(JSON.parse(event.data)); } catch (error) { /* the next one may be whole */ }
    });
    source.addEventListener('sealed', function (event) {
      heard = Date.now();
      JSON.parse(event.data).forEach(function (place) { hide(place, 'sealed'); });
    });
    source.addEventListener('withdrawn', withdraw);
    source.addEventListener('clock', function (event) {
      heard = Date.now();
      ahead = Number(event.data) - Date.now();
    });
  }

  /* Whether there is anything to follow still: an answer in which a stream ends does not say it to its reader. */
  function ask(then) {
    var request = new XMLHttpRequest();
    request.open('HEAD', root.getAttribute('data-stream'));
    request.timeout = 15000;
    request.onload = function () { then(request.status); };
    request.onerror = request.ontimeout = function () { then(0); };
    request.send();
  }
  function goOn() {
    ask(function (status) { if (status === 404) { withdraw(); } else { follow(); } });
  }

  /* It is not for everybody any more: nothing of it stays here, until it is shown again. */
  function withdraw() {
    if (source) { source.close(); source = null; }
    list.textContent = '';
    ['agenda', 'speaker', 'next'].forEach(function (name) { part(name).textContent = ''; });
    until = 0;
    tick();
    standing.hidden = false;
    standing.textContent = root.getAttribute('data-withdrawn');
    window.setInterval(function () {
      ask(function (status) { if (status === 200) { window.location.reload(); } });
    }, 15000);
  }

  /* A browser gives up after an answer that is no stream (a proxy while the server is away): here it goes on, from where it was. */
  function again() {
    if (!source) { return; }
    source.close();
    source = null;
    window.setTimeout(goOn, pause);
    pause = Math.min(2 * pause, 15000);
  }

  tick();
  window.setInterval(tick, 250);
  if (!window.EventSource) {
    window.setInterval(function () { window.location.reload(); }, 10000);
    return;
  }
  /* Heartbeats come every 15 seconds: a line that is dead says nothing at all. */
  window.setInterval(function () {
    if (source && Date.now() - heard > SILENCE) { tell(true); again(); }
  }, 5000);
  follow();
}());
