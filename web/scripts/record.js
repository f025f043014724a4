/*
 * The recorder of the message form, where the browser has one: what was said goes into the file field that is there without it.
 * ES5, like minyi.js.
 */
(function () {
  'use strict';

  var LONGEST = 180; /* seconds */
  var box = document.querySelector('[data-recorder]');
  var field = box && box.querySelector('input[type="file"]');
  if (!field || !window.MediaRecorder || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { return; }
  /* Without it nothing can be put into a file field. */
  try { if (!new DataTransfer().items) { return; } } catch (error) { return; }

  var begin = box.querySelector('[data-record]');
  var end = box.querySelector('[data-record-stop]');
  var status = box.querySelector('[data-record-status]');
  var player = box.querySelector('[data-record-play]');
  var recorder = null;
  var ticking = null;

  box.querySelector('[data-recorder-controls]').hidden = false;

  function say(name, seconds) {
    status.textContent = (status.getAttribute('data-' + name) || '').replace('{count}', seconds);
  }

  function kind() {
    var kinds = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
    for (var i = 0; i < kinds.length; i += 1) {
      if (MediaRecorder.isTypeSupported && MediaRecorder.isTypeSupported(kinds[i])) { return kinds[i]; }
    }
    return '';
  }

  function keep(parts, type, seconds) {
    var plain = type.split(';')[0] || 'audio/webm';
    var ending = { 'audio/webm': 'webm', 'audio/ogg': 'ogg', 'audio/mp4': 'm4a' }[plain] || 'webm';
    var file = new File(parts, 'recording.' + ending, { type: plain });
    var transfer = new DataTransfer();
    transfer.items.add(file);
    field.files = transfer.files;
    player.src = URL.createObjectURL(file);
    player.hidden = false;
    say('done', seconds);
  }

  function record(stream) {
    var parts = [];
    var seconds = 0;
    var wanted = kind();
    recorder = new MediaRecorder(stream, wanted ? { mimeType: wanted, audioBitsPerSecond: 32000 } : {});
    recorder.addEventListener('dataavailable', function (event) { if (event.data.size) { parts.push(event.data); } });
    recorder.addEventListener('stop', function () {
      window.clearInterval(ticking);
      stream.getTracks().forEach(function (track) { track.stop(); });
      begin.hidden = false;
      end.hidden = true;
      begin.focus();
      if (parts.length) { keep(parts, recorder.mimeType || wanted, seconds); }
    });
    recorder.start();
    begin.hidden = true;
    end.hidden = false;
    end.focus();
    say('recording', 0);
    ticking = window.setInterval(function () {
      seconds += 1;
      /* Read aloud every ten seconds, not every one. */
      if (seconds % 10 === 0) { say('recording', seconds); }
      if (seconds >= LONGEST) { recorder.stop(); }
    }, 1000);
  }

  begin.addEventListener('click', function () {
    navigator.mediaDevices.getUserMedia({ audio: true }).then(record, function () { say('refused', 0); });
  });
  end.addEventListener('click', function () { if (recorder && recorder.state !== 'inactive') { recorder.stop(); } });
}());
