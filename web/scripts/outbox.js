/*
 * What waits in this browser until it is at the server: for pages on which nothing typed may be lost while the network is away (the recorder's
 * desk, notes in the field). Each thing has a key and is sent in order, as often as it takes, until it has an outcome. It is kept for the page
 * and for who is signed in: a colleague at the same machine neither sees nor sends it. ES5 only; after minyi.js, whose memory it uses.
 */
(function () {
  'use strict';

  if (!window.minyi) { return; }
  var minyi = window.minyi;
  var MOST = 60000;
  var LONGEST = 15000;

  /* Half a character, as a cut emoji leaves it, is no text: for it alone the server would take nothing. */
  function whole(name, value) {
    return typeof value !== 'string' ? value : value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, function (found) {
      return found.length === 2 ? found : '\uFFFD';
    });
  }

  function read(request) {
    try { return JSON.parse(request.responseText); } catch (error) { return null; }
  }

  /*
   * it.name, it.person: whose. it.csrf; it.entries, it.token: where things are sent, and where a new token is asked for; it.field; it.atOnce.
   * it.isWaiting(item), it.wire(item): what is still to be sent, and how it is written. it.settle(item, outcome): what stays of it, or null.
   * it.changed(): show what there is. it.tell(state, detail): '', 'away', 'expired', 'another', 'trouble'. it.idle(): nothing waits.
   * it.answered(answer): what the server said, where more than outcomes is of use.
   */
  minyi.outbox = function (it) {
    var key = 'minyi.outbox:' + it.name + ':' + it.person;
    /* Where the browser keeps nothing, what waits is in this page alone. */
    var held = null;
    var csrf = it.csrf;
    var busy = false;
    var alone = false;
    var pause = 1000;
    var timer = null;

    /* Read anew each time: another tab may have added to it. */
    function items() { return held || minyi.memory.get(key) || []; }
    function waiting() { return items().filter(it.isWaiting); }
    function write(list) {
      held = minyi.memory.set(key, list) ? null : list;
      it.changed();
      return !held;
    }

    function soon(wait) {
      window.clearTimeout(timer);
      timer = window.setTimeout(send, wait);
    }
    function failed(state, detail) {
      busy = false;
      it.tell(state, detail || '');
      soon(pause);
      pause = Math.min(2 * pause, LONGEST);
    }

    /* - Parameter refused: called with the sentence where the server will never take it as it is. */
    function post(address, body, then, refused) {
      busy = true;
      var request = new XMLHttpRequest();
      request.open('POST', address);
      request.setRequestHeader('Accept', 'application/json');
      if (typeof body === 'string') { request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded'); }
      request.timeout = 60000;
      request.onerror = request.ontimeout = function () { failed('away'); };
      request.onload = function () {
        var answer = read(request);
        if (answer && (request.status === 200 || request.status === 422 && answer.note)) {
          busy = false;
          pause = 1000;
          it.tell('', '');
          then(answer, request.status);
        } else if (request.status === 200 || request.status === 401 || request.status === 403) {
          renew();
        } else if (refused && (request.status === 400 || request.status === 413)) {
          busy = false;
          refused(answer && answer.detail || '');
        } else {
          failed(request.status >= 500 ? 'away' : 'trouble', answer && answer.detail);
        }
      };
      request.send(body);
    }

    /* Signed out meanwhile, or the token is of another sign-in: a new one, unless it is somebody else's. */
    function renew() {
      var request = new XMLHttpRequest();
      request.open('GET', it.token);
      request.setRequestHeader('Accept', 'application/json');
      request.timeout = 20000;
      request.onerror = request.ontimeout = function () { failed('away'); };
      request.onload = function () {
        var answer = read(request);
        if (!answer || !answer.csrf) { failed('expired'); return; }
        if (String(answer.person) !== String(it.person)) { failed('another'); return; }
        csrf = answer.csrf;
        minyi.all('input[name="csrf"]').forEach(function (field) { field.value = csrf; });
        busy = false;
        soon(1000);
      };
      request.send();
    }

    /* - Returns: how many of those that are kept had one. */
    function settle(outcomes) {
      var count = 0;
      write(items().map(function (item) {
        var outcome = outcomes[item.key];
        if (!outcome) { return item; }
        count += 1;
        return it.settle(item, outcome);
      }).filter(function (item) { return item; }));
      return count;
    }

    function send() {
      if (busy) { return; }
      window.clearTimeout(timer);
      var size = 0;
      var batch = waiting().slice(0, alone ? 1 : it.atOnce).filter(function (item, index) {
        size += JSON.stringify(it.wire(item)).length;
        return !index || size <= MOST;
      });
      if (!batch.length) {
        it.tell('', '');
        if (it.idle) { it.idle(); }
        return;
      }
      var body = 'csrf=' + encodeURIComponent(csrf) + '&' + it.field + '=' + encodeURIComponent(JSON.stringify(batch.map(it.wire), whole));
      post(it.entries, body, function (answer) {
        var outcomes = {};
        (answer.outcomes || []).forEach(function (one) { outcomes[one.key] = one; });
        alone = false;
        if (it.answered) { it.answered(answer); }
        /* An answer without any outcome must not make this a circle. */
        if (settle(outcomes)) { soon(0); } else { failed('away'); }
      }, function (sentence) {
        /* One of them is what it cannot take: each by itself, and that one is given back. */
        if (batch.length > 1) { alone = true; soon(0); return; }
        var outcomes = {};
        outcomes[batch[0].key] = { key: batch[0].key, taken: false, outcome: 'malformed', note: sentence };
        settle(outcomes);
        soon(0);
      });
    }

    window.addEventListener('online', function () { pause = 1000; soon(0); });
    window.addEventListener('beforeunload', function (event) {
      if (held && waiting().length) { event.preventDefault(); event.returnValue = ''; }
    });

    return {
      items: items,
      waiting: waiting,
      /* - Returns: whether it is kept beyond this page. */
      put: function (item) { return write(items().concat([item])); },
      drop: function (item) { write(items().filter(function (other) { return other.key !== item.key; })); },
      send: send,
      soon: soon,
      post: post,
      csrf: function () { return csrf; },
      isBusy: function () { return busy; }
    };
  };
}());
