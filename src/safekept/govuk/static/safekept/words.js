// Words that blame a child or are outdated, found while somebody writes. Nothing is held back: it shows better words.
// The same as procedures/language.py and procedures/quoted.py, on the same data: change both together.
const WAIT_BEFORE_LOOKING = 700;
const GAP = "..";
const DEEPEST = 8;
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
const LETTER = /[\p{L}\p{N}]/u;
const BREAK = /[.!?;]|\n[ \t\r]*\n/;
const MARK = /["“”„«»'‘’‚‹›]|\n[ \t\r]*\n/g;
const YEAR = /^[0-9][0-9]s?$/;

const bare = (word) => {
  const plain = word.toLowerCase().replaceAll("’", "'");
  return plain.endsWith("'s") ? plain.slice(0, -2) : plain;
};

/** Start and end of each quotation, marks included; one that is never closed runs to the next blank line. */
export function quoted(text, shortened) {
  const spans = [];
  let stack = [];
  let opened = 0;
  for (const match of text.matchAll(MARK)) {
    const [mark] = match;
    const was = stack.length;
    if (mark[0] === "\n") stack = [];
    else if ("'’‘‚‹›".includes(mark)) single(text, match.index, mark, stack, shortened);
    else double(text, match.index, mark, stack);
    if (stack.length && !was) opened = match.index;
    else if (was && !stack.length) spans.push([opened, match.index + (mark[0] === "\n" ? 0 : mark.length)]);
  }
  if (stack.length) spans.push([opened, text.length]);
  return spans;
}

function double(text, at, mark, stack) {
  const open = stack.includes("d");
  if ("“„«".includes(mark) || (mark === '"' && !open && !LETTER.test(before(text, at)))) push(stack, "d");
  else if (open) while (stack.pop() !== "d");
}

function single(text, at, mark, stack, shortened) {
  const [left, right] = [LETTER.test(before(text, at)), LETTER.test(after(text, at))];
  if (stack.at(-1) === "d" || (left && right)) return;
  const always = "‘‚‹".includes(mark);
  const opens = always || (!left && right && mark !== "›");
  if (opens && !isShortened(text, at + 1, shortened) && (always || !stack.length)) push(stack, "s");
  else if (!opens && stack.length) stack.pop();
}

function push(stack, mark) {
  if (stack.length < DEEPEST) stack.push(mark);
}

function before(text, at) {
  const last = text[at - 1] ?? "";
  return /[\uDC00-\uDFFF]/.test(last) ? text.slice(at - 2, at) : last;
}

function after(text, at) {
  const point = text.codePointAt(at + 1);
  return point === undefined ? "" : String.fromCodePoint(point);
}

function isShortened(text, at, shortened) {
  const found = /^[\p{L}\p{N}]{1,12}/u.exec(text.slice(at, at + 24));
  return found !== null && (shortened.has(found[0].toLowerCase()) || YEAR.test(found[0]));
}

/** The words that are not quoted, each with the number of its sentence. */
function tokens(text, shortened) {
  const spans = quoted(text, shortened);
  const found = [];
  let span = 0;
  let sentence = 0;
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    while (span < spans.length && spans[span][1] <= start) {
      span += 1;
      sentence += 1;
    }
    if (span < spans.length && spans[span][0] <= start) continue;
    if (BREAK.test(text.slice(end, start))) sentence += 1;
    end = start + match[0].length;
    found.push({ start, end, word: bare(match[0]), sentence });
  }
  return found;
}

/** A function from a text to what is caught in it: where, which words, and the phrase with its better words. */
export function finder(data) {
  const shortened = new Set(data.shortened);
  const byFirst = new Map();
  const slot = (part) =>
    new Set(part.split("/").flatMap((one) => (one.startsWith("<") ? data.words[one.slice(1, -1)] : [one])).map(bare));
  const add = (text, phrase, leaves) => {
    const line = text.replaceAll("-", " ").split(" ").map((part) => (part === GAP ? null : slot(part)));
    for (const word of line[0]) byFirst.set(word, [...(byFirst.get(word) ?? []), { line, phrase, leaves }]);
  };
  data.phrases.forEach((phrase, index) => {
    phrase.catch.forEach((line) => add(line, index, false));
    phrase.leave.forEach((line) => add(line, index, true));
  });
  return (text) => find(text, data, shortened, byFirst);
}

function find(text, data, shortened, byFirst) {
  const words = tokens(text, shortened);
  const found = [];
  const left = data.phrases.map(() => []);
  words.forEach((token, at) => {
    for (const { line, phrase, leaves } of byFirst.get(token.word) ?? []) {
      const ends = [];
      collectEnds(line, words, 1, at + 1, data.between, ends);
      if (ends.length && leaves) left[phrase].push([at, Math.max(...ends)]);
      else if (ends.length) found.push([at, Math.min(...ends), phrase]);
    }
  });
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1] || a[2] - b[2]);
  const touched = left.map(touching);
  const kept = [];
  let done = 0;
  for (const [first, last, phrase] of found) {
    if (first < done || touched[phrase](first, last)) continue;
    done = last;
    const [start, end] = [words[first].start, words[last - 1].end];
    kept.push({ start, end, words: text.slice(start, end), phrase: data.phrases[phrase] });
  }
  return kept;
}

/** Whether one of some spans, which are in order of their start, touches another span: found by halving. */
function touching(spans) {
  let most = 0;
  const furthest = spans.map(([, end]) => (most = Math.max(most, end)));
  return (start, end) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle][0] < end) low = middle + 1;
      else high = middle;
    }
    return low > 0 && furthest[low - 1] > start;
  };
}

function collectEnds(line, words, place, at, between, ends) {
  if (place === line.length) {
    ends.push(at);
    return;
  }
  const here = words[at - 1].sentence;
  if (line[place] === null) {
    for (let start = at; start <= Math.min(words.length, at + between); start += 1) {
      collectEnds(line, words, place + 1, start, between, ends);
      if (start === words.length || words[start].sentence !== here) return;
    }
  } else if (at < words.length && words[at].sentence === here && line[place].has(words[at].word)) {
    collectEnds(line, words, place + 1, at + 1, between, ends);
  }
}

/** Show below each box of a form what could be put better, shortly after somebody stops writing. */
export function watchWords(form) {
  const look = finder(JSON.parse(form.dataset.words));
  for (const box of form.querySelectorAll("textarea:not([data-verbatim]), input[data-own-words]")) watch(box, look);
}

function watch(box, look) {
  const shown = document.createElement("div");
  shown.className = "sk-words";
  shown.hidden = true;
  const said = document.createElement("p");
  said.className = "govuk-visually-hidden";
  said.setAttribute("role", "status");
  box.after(shown, said);
  let known = new Set();
  let timer;
  const show = (aloud) => {
    const found = [...new Map(look(box.value).map((one) => [one.phrase.id, one])).values()];
    const fresh = found.filter((one) => !known.has(one.phrase.id));
    known = new Set(found.map((one) => one.phrase.id));
    shown.hidden = !found.length;
    shown.replaceChildren(...(found.length ? [title(), list(found)] : []));
    said.textContent = aloud && fresh.length ? `Words to look at: ${fresh.map((one) => one.words).join(", ")}.` : "";
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(true), WAIT_BEFORE_LOOKING);
  });
  show(false);
}

function title() {
  const line = document.createElement("p");
  line.className = "sk-words__title";
  line.append(bold("Words to look at."), " You can go on as it is. What somebody said belongs in quotation marks.");
  return line;
}

function list(found) {
  const rows = document.createElement("ul");
  rows.className = "sk-words__list";
  for (const { words, phrase } of found) {
    const row = document.createElement("li");
    row.append(bold(`“${words}”`), ` Better: ${phrase.better}. ${phrase.why}`);
    rows.append(row);
  }
  return rows;
}

function bold(text) {
  const strong = document.createElement("strong");
  strong.textContent = text;
  return strong;
}
