// The live part of the connect page. What comes from outside is only ever put in as text.
"use strict";

(() => {
  const LEAVE_AFTER = 6; // seconds between "connected" and going on
  const ASK_EVERY = 3000; // milliseconds between questions where no stream can be had
  const TOLD = { done: "done", now: "we are waiting for this", waiting: "not yet", wrong: "needs your help" };
  const page = document.getElementById("page");
  const find = (id) => document.getElementById(id);
  let wasConnected = "wasConnected" in page.dataset;
  let lastTrouble = find("trouble-code").textContent;
  let leaving = null;

  const say = (id, text) => {
    const place = find(id);
    if (place.textContent !== text) place.textContent = text;
  };
  const show = (id, isShown) => { find(id).hidden = !isShown; };

  function showTicks(ticks) {
    for (const tick of ticks) {
      const item = document.querySelector(`[data-tick="${tick.name}"]`);
      item.className = `tick is-${tick.mark}`;
      item.querySelector(".label").textContent = tick.label;
      item.querySelector(".mark-told").textContent = TOLD[tick.mark];
      item.querySelector(".detail").textContent = tick.detail ?? "";
    }
  }

  function showSteps(current) {
    for (const step of document.querySelectorAll("[data-step]")) {
      const number = Number(step.dataset.step);
      step.classList.toggle("is-done", number < current);
      step.classList.toggle("is-now", number === current);
    }
  }

  function showTrouble(trouble) {
    const code = trouble ? trouble.code : "";
    say("trouble-title", trouble ? trouble.title : "");
    say("trouble-text", trouble ? trouble.text : "");
    say("trouble-code", code);
    const steps = trouble ? trouble.steps : [];
    const list = find("trouble-steps");
    if ([...list.children].map((each) => each.textContent).join("\n") !== steps.join("\n")) {
      list.replaceChildren(...steps.map((step) => {
        const item = document.createElement("li");
        item.textContent = step;
        return item;
      }));
    }
    show("trouble-password", Boolean(trouble && trouble.offers_password));
    show("trouble", Boolean(trouble));
    if (code && code !== lastTrouble) find("trouble").scrollIntoView({ block: "nearest" });
    lastTrouble = code;
  }

  function showDone(progress) {
    show("done", progress.is_connected);
    show("not-done", !progress.is_connected);
    if (progress.company) say("company", progress.company);
    say("product", progress.product ?? "");
    show("product", Boolean(progress.product));
    if (progress.is_connected && !wasConnected) {
      find("done").scrollIntoView({ block: "nearest" });
      leaveSoon();
    }
    if (!progress.is_connected) stay();
    wasConnected = progress.is_connected;
  }

  function leaveSoon() {
    if (!page.dataset.onward) return;
    let left = LEAVE_AFTER;
    show("leaving", true);
    const count = () => {
      say("leaving", `You are taken there in ${left} seconds.`);
      if (left-- === 0) {
        stay();
        location.assign(page.dataset.onward);
      }
    };
    leaving = setInterval(count, 1000);
    count();
  }

  function stay() {
    clearInterval(leaving);
    if (find("leaving")) show("leaving", false);
  }

  function ago(moment) {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(moment)) / 1000));
    if (seconds < 2) return "just now";
    if (seconds < 100) return `${seconds} seconds ago`;
    if (seconds < 6000) return `${Math.round(seconds / 60)} minutes ago`;
    return new Date(moment).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }

  function showTimes() {
    const last = find("last-time").dateTime;
    if (last) say("last-time", ago(last));
    const paused = find("paused-time").dateTime;
    if (paused) say("paused-time", new Date(paused).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
  }

  function apply(progress) {
    say("words", progress.words);
    showTicks(progress.ticks);
    showSteps(progress.step);
    showTrouble(progress.trouble);
    showDone(progress);
    find("last-time").dateTime = progress.last_seen_at ?? "";
    show("last", Boolean(progress.last_seen_at));
    find("paused-time").dateTime = progress.paused_until ?? "";
    show("paused", Boolean(progress.paused_until));
    show("resume", Boolean(progress.paused_until));
    say("waiting-count", String(progress.waiting));
    show("waiting", progress.waiting > 0);
    show("lost", false);
    showTimes();
  }

  function listen() {
    const news = new EventSource(page.dataset.events);
    news.onmessage = (event) => apply(JSON.parse(event.data));
    news.addEventListener("over", () => {
      news.close();
      location.reload();
    });
    news.onerror = () => {
      show("lost", true);
      if (news.readyState === EventSource.CLOSED) setTimeout(ask, ASK_EVERY);
    };
  }

  async function ask() {
    try {
      const answer = await fetch(page.dataset.state);
      if (answer.status === 404 || answer.status === 410) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      apply(await answer.json());
    } catch {
      show("lost", true);
    }
    setTimeout(ask, ASK_EVERY);
  }

  async function makePassword(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action.split("#")[0], { method: "POST", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      find("password-text").value = (await answer.json()).password;
      show("shown", true);
      show("password-failed", false);
      say("make-password", "Make another password");
      say("copy", "Copy");
      find("shown").scrollIntoView({ block: "center" });
      find("copy").focus({ preventScroll: true });
    } catch {
      show("password-failed", true);
      find("password-failed").scrollIntoView({ block: "center" });
    }
    button.disabled = false;
  }

  async function copy() {
    const field = find("password-text");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // plain http to another machine has no clipboard of its own
    }
    say("copy", "Copied");
    setTimeout(() => say("copy", "Copy"), 4000);
  }

  async function postQuietly(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    await fetch(form.action, { method: "POST", body: fields, redirect: "manual" }).catch(() => show("lost", true));
  }

  find("zone").value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  find("copy").addEventListener("click", copy);
  for (const form of document.querySelectorAll("[data-password]")) form.addEventListener("submit", makePassword);
  for (const form of document.querySelectorAll("[data-quiet]")) form.addEventListener("submit", postQuietly);
  setInterval(showTimes, 1000);
  showTimes();
  listen();
})();
