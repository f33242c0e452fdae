// What is live on the pages at /app. What comes from outside is only ever put in as text, by htmx or by the server.
"use strict";

(() => {
  const ASK_EVERY = 5000; // milliseconds between looks where no stream can be had
  const find = (id) => document.getElementById(id);
  let stream = null;
  let listensTo = null;

  function refresh() {
    const live = find("live");
    if (live && !live.contains(document.activeElement?.closest("input, select"))) htmx.trigger(live, "news");
  }

  function lost(isLost) {
    const place = find("lost");
    if (place) place.hidden = !isLost;
  }

  // The page says what it listens to; after another filter it is something else.
  function listen() {
    const address = find("live")?.dataset.events ?? null;
    if (address === listensTo) return;
    listensTo = address;
    stream?.close();
    stream = null;
    if (!address) return;
    const opened = new EventSource(`${address}${address.includes("?") ? "&" : "?"}mark=${find("live").dataset.mark}`);
    stream = opened;
    opened.onmessage = () => {
      lost(false);
      refresh();
    };
    opened.onopen = () => lost(false);
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) setTimeout(again, ASK_EVERY, address);
      else lost(true); // the browser tries again by itself
    };
  }

  // A stream that was refused: the page is asked for meanwhile, which says by itself whether the server is there.
  function again(address) {
    if (address !== listensTo) return;
    refresh();
    listensTo = null;
    listen();
  }

  function shown(moment) {
    const seconds = Math.round((Date.now() - moment) / 1000);
    if (seconds < 0) return new Date(moment).toLocaleTimeString([], { timeStyle: "medium" });
    if (seconds < 5) return "just now";
    if (seconds < 100) return `${seconds} seconds ago`;
    if (seconds < 6000) return `${Math.round(seconds / 60)} minutes ago`;
    return new Date(moment).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }

  function showTimes() {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const moment = Date.parse(time.dateTime);
      if (Number.isNaN(moment)) continue;
      const text = shown(moment);
      if (time.textContent !== text) time.textContent = text;
      if (!time.title) time.title = new Date(moment).toLocaleString([], { dateStyle: "full", timeStyle: "long" });
    }
  }

  // What was unfolded stays unfolded when the page is brought up to date, and the keyboard stays where it was.
  let unfolded = new Map();
  let focused = null;
  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = new Map([...document.querySelectorAll("#live details[id]")].map((each) => [each.id, each.open]));
    const active = document.activeElement;
    focused = active && find("live")?.contains(active) ? marks(active) : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    lost(false);
    for (const [id, isOpen] of unfolded) {
      const place = find(id);
      if (place) place.open = isOpen;
    }
    if (focused) like(focused)[focused.place]?.focus({ preventScroll: true });
    showTimes();
    listen();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
    else lost(true);
  });
  document.addEventListener("htmx:sendError", () => lost(true));

  // What an element is known by when it has been replaced: its words, and which of those with the same words it is.
  function marks(element) {
    const marked = { tag: element.tagName.toLowerCase(), href: element.getAttribute("href"), text: element.textContent };
    return { ...marked, place: like(marked).indexOf(element) };
  }

  function like(wanted) {
    const all = [...document.querySelectorAll(`#live ${wanted.tag}`)];
    return all.filter((each) => each.getAttribute("href") === wanted.href && each.textContent === wanted.text);
  }

  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.sure;
    if (question && !confirm(question)) event.preventDefault();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = find(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // plain http to another machine has no clipboard of its own
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 4000);
  });

  for (const field of document.querySelectorAll("[data-zone]")) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    listensTo = null; // a page that the browser kept has missed its news
    listen();
  });
  setInterval(showTimes, 1000);
  showTimes();
  listen();
})();
