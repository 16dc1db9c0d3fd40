// Tells the reader how many articles changed since this page was made. It moves nothing by itself: the reader does.

const LOOK_MS = 4000;
const MOST_MS = 60000;

const place = document.querySelector("[data-changes]");
const button = document.getElementById("news");
const changed = new Set();
let address = place?.dataset.changes;
let wait = LOOK_MS;
let timer;

function show() {
  if (changed.size === 0) return;
  button.textContent = `${changed.size} new`;
  button.hidden = false;
  document.title = `(${changed.size}) ${document.title.replace(/^\(\d+\) /, "")}`;
}

function lost() {
  // The wire was numbered anew: what is new since then cannot be counted.
  address = undefined;
  button.textContent = "Load the page anew";
  button.hidden = false;
}

async function look() {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status === 410 || answer.status === 401) return lost();
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  for (const change of found.changes) changed.add(change.data.article_id);
  const next = new URL(address, location.href);
  next.searchParams.set("after", found.next);
  address = next.pathname + next.search;
  show();
}

async function turn() {
  clearTimeout(timer);
  if (document.hidden || !address) return;
  try {
    await look();
    wait = LOOK_MS;
  } catch {
    wait = Math.min(wait * 2, MOST_MS); // the server is away, or asks for fewer requests
  }
  timer = setTimeout(turn, wait);
}

if (address) {
  document.addEventListener("visibilitychange", turn);
  timer = setTimeout(turn, LOOK_MS);
}
