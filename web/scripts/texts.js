/*
 * Screening what people wrote: a press takes the words that are selected in a text into the box of what is taken out of it, and who types
 * in such a box ticks its text. Without this file the boxes are typed in. ES5 only; after minyi.js, whose helpers it uses.
 */
(function () {
  'use strict';

  if (!window.minyi) { return; }
  var all = window.minyi.all, closest = window.minyi.closest;

  function tick(item) {
    var box = item.querySelector('input[type="checkbox"]');
    if (box && !box.checked) { box.click(); }
  }

  all('[data-blank-selection]').forEach(function (button) {
    var said = button.parentNode.querySelector('[role="status"]');
    /* The press must leave the selection alone. */
    button.addEventListener('mousedown', function (event) { event.preventDefault(); });
    button.addEventListener('click', function () {
      var selection = window.getSelection();
      var words = String(selection || '').replace(/^\s+|\s+$/g, '');
      var node = selection && selection.anchorNode;
      var text = node && closest(node.nodeType === 1 ? node : node.parentNode, '[data-words]');
      var item = text && text.contains(selection.focusNode) && closest(text, 'li');
      var field = item && item.querySelector('textarea');
      said.textContent = words && field ? '' : button.getAttribute('data-blank-selection');
      if (!words || !field) { return; }
      field.value = field.value.replace(/\s+$/, '');
      field.value += (field.value ? '\n' : '') + words;
      closest(field, 'details').open = true;
      tick(item);
    });
  });

  all('.pick textarea').forEach(function (field) {
    field.addEventListener('input', function () { if (/\S/.test(field.value)) { tick(closest(field, 'li')); } });
  });
})();
