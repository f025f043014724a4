/*
 * Formulas of questionnaires in the browser, as the server evaluates them (Sources/Questionnaires/Formulas): a test makes thousands of
 * random ones and compares. Formulas come parsed, in postfix form; null is what was not answered. ES5 only.
 *
 * MinyiFormulas.value(formula, answers, computed)   the value of one formula
 * MinyiFormulas.computed(list, answers)             the values of the computed ones by their code
 * MinyiFormulas.follow(rules, answers)              { hidden: {key: true}, answers: those that stay }
 */
(function () {
  'use strict';

  /* Beyond it nothing is a number. */
  var MOST = 1e15;
  var OTHER = '_other';

  function get(object, key) {
    return object && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : null;
  }

  function number(x) { return Math.abs(x) <= MOST ? x + 0 : null; }

  function some(list) { return list.length ? list : null; }

  /* A choice is the code of an option, or an object: of other words, or of an option with a comment. */
  function code(choice) { return typeof choice === 'string' ? choice : get(choice, 'option') || OTHER; }

  /* ---- what of an answer a name stands for ---- */

  function cells(row) {
    return Object.keys(row || {}).sort().map(function (column) { return row[column]; });
  }

  function rows(answer) {
    return Object.keys(answer).sort().filter(function (row) {
      return typeof answer[row] === 'string' || Object.keys(answer[row]).length;
    });
  }

  function place(answer, option) {
    var index = answer.map(code).indexOf(option);
    return index < 0 ? null : index + 1;
  }

  function words(answer) {
    var choices = [].concat(answer).filter(function (choice) { return code(choice) === OTHER; });
    return get(choices[0], 'other');
  }

  function comment(answer, option) {
    return get([].concat(answer).filter(function (choice) { return option === undefined || code(choice) === option; })[0], 'comment');
  }

  function part(answer, reading, row, column) {
    if (answer === null) { return null; }
    switch (reading) {
      case 'plain': return answer;
      case 'file': return some([].concat(answer).map(function (one) { return one.file; }));
      case 'choice': return code(answer);
      case 'otherWords': return words(answer);
      case 'comment': return comment(answer, row);
      case 'choices': return some(answer.map(code));
      case 'place': return place(answer, row);
      case 'rows': return some(rows(answer));
      case 'rowChoice': return get(answer, row);
      case 'rowChoices': return some(get(answer, row) || []);
      case 'rowCells': return some(cells(get(answer, row)));
      case 'cell': return get(get(answer, row), column);
      case 'cells':
        return some(Object.keys(answer).sort().reduce(function (all, name) { return all.concat(cells(answer[name])); }, []));
      default: return null;
    }
  }

  /* ---- operations ---- */

  function numbers(values) {
    return [].concat.apply([], values).filter(function (value) { return value !== null; });
  }

  function size(value) {
    if (value === null || value === false) { return 0; }
    return Array.isArray(value) ? value.length : 1;
  }

  function add(sum, next) { return sum + next; }

  var several = {
    count: function (values) { return values.map(size).reduce(add, 0); },
    sum: function (values) { return (values = numbers(values)).length ? number(values.reduce(add, 0)) : null; },
    min: function (values) { return (values = numbers(values)).length ? Math.min.apply(null, values) : null; },
    max: function (values) { return (values = numbers(values)).length ? Math.max.apply(null, values) : null; },
    answered: function (values) { return values[0] !== null; },
    'if': function (values) { return values[0] === null ? null : values[values[0] ? 1 : 2]; },
    among: function (values) {
      var others = values.slice(1);
      if (values[0] === null) { return null; }
      return others.indexOf(values[0]) >= 0 ? true : others.indexOf(null) >= 0 ? null : false;
    },
    and: function (values) {
      return values.indexOf(false) >= 0 ? false : values.indexOf(null) >= 0 ? null : true;
    },
    or: function (values) {
      return values.indexOf(true) >= 0 ? true : values.indexOf(null) >= 0 ? null : false;
    }
  };

  /* Of values that are all there. */
  var plain = {
    not: function (a) { return !a; },
    negate: function (a) { return number(-a); },
    round: function (a) { return number(Math.floor(a + 0.5)); },
    length: function (a) { return a.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '_').length; },
    '==': function (a, b) { return a === b; },
    '!=': function (a, b) { return a !== b; },
    '<': function (a, b) { return a < b; },
    '<=': function (a, b) { return a <= b; },
    '>': function (a, b) { return a > b; },
    '>=': function (a, b) { return a >= b; },
    '+': function (a, b) { return number(a + b); },
    '-': function (a, b) { return number(a - b); },
    '*': function (a, b) { return number(a * b); },
    '/': function (a, b) { return b === 0 ? null : number(a / b); },
    '%': function (a, b) { return b === 0 ? null : number(a % b); },
    'in': function (a, b) { return b.indexOf(a) >= 0; }
  };

  function value(formula, answers, computed) {
    var stack = [];
    formula.forEach(function (step) {
      var operation = step[0];
      if (operation === 'c') {
        stack.push(step[1]);
      } else if (operation === 'a') {
        stack.push(part(get(answers, step[1]), step[2], step[3], step[4]));
      } else if (operation === 'k') {
        stack.push(get(computed, step[1]));
      } else {
        var values = stack.splice(stack.length - step[1], step[1]);
        if (several[operation]) {
          stack.push(several[operation](values));
        } else {
          stack.push(values.indexOf(null) >= 0 ? null : plain[operation](values[0], values[1]));
        }
      }
    });
    return stack[0];
  }

  function computed(list, answers) {
    var values = {};
    list.forEach(function (pair) { values[pair[0]] = value(pair[1], answers, values); });
    return values;
  }

  /* ---- what is hidden, and the answers that go with it ---- */

  /* The answer without the option, row or column of a part; undefined when nothing is left. */
  function without(answer, part) {
    if (answer === null) { return undefined; }
    if (part.option !== undefined) {
      if (!Array.isArray(answer)) { return code(answer) === part.option ? undefined : answer; }
      return some(answer.filter(function (choice) { return code(choice) !== part.option; })) || undefined;
    }
    var kept = {};
    Object.keys(answer).forEach(function (row) {
      var cell = answer[row];
      if (row === part.row || cell === part.column) { return; }
      if (Array.isArray(cell)) {
        cell = cell.filter(function (name) { return name !== part.column; });
        if (!cell.length) { return; }
      } else if (typeof cell === 'object') {
        delete cell[part.column];
        if (!Object.keys(cell).length) { return; }
      }
      kept[row] = cell;
    });
    return Object.keys(kept).length ? kept : undefined;
  }

  function follow(rules, given) {
    var answers = JSON.parse(JSON.stringify(given));
    var hidden, before;
    function all() {
      var both = {};
      [rules.answers, answers].forEach(function (some) {
        Object.keys(some).forEach(function (name) { both[name] = some[name]; });
      });
      return both;
    }
    function drop(part) {
      if (!hidden[part.key]) { return; }
      (part.questions || []).forEach(function (name) { delete answers[name]; });
      if (part.question) {
        answers[part.question] = without(get(answers, part.question), part);
        if (answers[part.question] === undefined) { delete answers[part.question]; }
      }
    }
    do {
      before = JSON.stringify(answers);
      var seen = all();
      var values = computed(rules.computed, seen);
      hidden = {};
      rules.parts.forEach(function (part) {
        if (value(part.formula, seen, values) !== true) { hidden[part.key] = true; }
      });
      rules.parts.forEach(drop);
    } while (JSON.stringify(answers) !== before);
    return { hidden: hidden, answers: answers };
  }

  window.MinyiFormulas = { value: value, computed: computed, follow: follow };
}());
