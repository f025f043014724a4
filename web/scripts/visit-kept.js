/*
 * What a visit did not take, because it was worked up before this phone had a network: shown to be copied, or saved as a file, and taken out of
 * the phone only by who has kept it. ES5 only, after minyi.js; used by visit.js.
 */
(function () {
  'use strict';

  if (!window.minyi) { return; }

  function text(notes) {
    return notes.map(function (note) {
      var head = [note.name || note.label, note.phone, note.unit, new Date(note.saidAt).toLocaleString()];
      return head.filter(function (part) { return part; }).join('　') + '\n' + note.words + '\n';
    }).join('\n');
  }

  /*
   * it.part: the element that shows it. it.forget(): takes out of the phone what was shown.
   * - Returns: a function that shows notes and pictures; of none it shows nothing.
   */
  window.minyi.visitKept = function (it) {
    var part = it.part;
    var words = part.querySelector('textarea');
    var file = part.querySelector('[data-file]');
    var pictures = part.querySelector('[data-pictures]');
    var forget = part.querySelector('[data-forget]');
    var asked = forget.textContent;
    var sure = false;
    var made = [];
    var shown = '';

    /* For as long as it stands there. */
    function address(blob) {
      made.push(window.URL.createObjectURL(blob));
      return made[made.length - 1];
    }

    forget.addEventListener('click', function () {
      if (sure) { it.forget(); } else { forget.textContent = forget.getAttribute('data-sure'); }
      sure = !sure;
    });

    return function (notes, photos) {
      var now = notes.concat(photos).map(function (one) { return one.key; }).join();
      if (now === shown) { return; }
      shown = now;
      made.forEach(function (old) { window.URL.revokeObjectURL(old); });
      made = [];
      sure = false;
      forget.textContent = asked;
      part.hidden = !notes.length && !photos.length;
      if (part.hidden) { words.value = ''; }
      words.parentNode.hidden = !notes.length;
      if (notes.length) {
        words.value = text(notes);
        /* With a byte order mark, by which editors of old know the encoding. */
        file.href = address(new Blob(['\uFEFF' + words.value.replace(/\n/g, '\r\n')], { type: 'text/plain;charset=utf-8' }));
      }
      pictures.textContent = '';
      photos.forEach(function (photo, index) {
        var item = document.createElement('li');
        var link = document.createElement('a');
        link.href = address(photo.blob);
        link.download = file.download.replace(/\.txt$/, '-' + (index + 1) + '.jpg');
        link.textContent = photo.caption || photo.name || link.download;
        item.appendChild(link);
        pictures.appendChild(item);
      });
    };
  };
}());
