"use strict";

// Nothing that came from a login is ever markup here: all of it goes through textContent.

const $ = (id) => document.getElementById(id);

// Taps within this time (ms) after the list has moved were meant for what stood there before.
const SETTLE = 400;
// How soon (ms) to try again after the browser itself has given up.
const RETRY = 1000;
// The time left (s) from which on it is shown as short.
const SOON = 15;

const OUTCOMES = {
  allow: ["Approved", "✓"],
  bypass: ["Bypassed", "✓"],
  deny: ["Denied", "✕"],
  fraud: ["Reported as fraud", "!"],
  timeout: ["Expired", "–"],
  locked_out: ["Denied, and locked out", "✕"],
  sent: ["Passcodes sent by SMS", "–"],
};
const BY = { web: "on the phone", auto: "automatically", ttl: "nobody answered", api: "without the phone" };
const PROBLEMS = {
  404: "The service does not know this request any more.",
  409: "This request has already been answered.",
  422: "That is not the code that the login shows. Look again and retype it.",
};
const OWN_NAMES = { ipaddr: "IP address", hostname: "Host name", display_username: "Display name" };
const COMMAND_HOSTS = ["sudo", "sudo-i", "su", "su-l", "doas"];

const cards = new Map();
let live = false;
let movedAt = -SETTLE;
let clock = { service: 0, here: 0 };

// Control, format and line-separating characters could reorder or hide text: they are shown by their numbers.
function write(element, text) {
  const parts = String(text).split(/([\p{Cc}\p{Cf}\p{Zl}\p{Zp}])/u).map((part, at) => {
    if (at % 2 === 0) return part;
    const sign = document.createElement("span");
    sign.className = "hidden-sign";
    sign.textContent = "U+" + part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return sign;
  });
  element.replaceChildren(...parts);
  return element;
}

function isolated(text) {
  return write(document.createElement("bdi"), text);
}

/// What a request says: the words of its headline, its kind, and the pairs that neither of them used up.
function words(push) {
  const rest = push.info.slice();
  const take = (name, last) => {
    const at = last ? rest.findLastIndex(([n]) => n === name) : rest.findIndex(([n]) => n === name);
    return at < 0 ? null : rest.splice(at, 1)[0][1];
  };
  const type = take("type", true);
  const user = take("User") ?? push.user;
  const service = take("Service");
  const runs = COMMAND_HOSTS.includes(service) && rest.some(([name]) => name === "Command");
  const verb = runs ? " wants to run a command with " : " wants to log in to ";
  const headline = service ? [isolated(user), verb, isolated(service)] : [isolated(user), " wants to log in"];
  if (user !== push.user) rest.push(["Account", push.user]);
  const call = push.kind === "phone call";
  return { headline, rest, kind: call ? "Phone call" : `${type || "Login"} request` };
}

function plain(nodes) {
  return nodes.map((node) => node.textContent ?? node).join("");
}

function pair([name, value]) {
  const dt = write(document.createElement("dt"), OWN_NAMES[name] ?? name);
  const dd = write(document.createElement("dd"), value);
  if (name === "Command" || value.length > 60) {
    dt.className = "command";
    dd.className = "command";
  }
  return [dt, dd];
}

function makeCard(push) {
  const card = $("card").content.firstElementChild.cloneNode(true);
  const part = (selector) => card.querySelector(selector);
  const said = words(push);
  const id = `request-${push.txid}`;
  part(".headline").append(...said.headline);
  part(".headline").id = id;
  card.setAttribute("aria-labelledby", id);
  card.dataset.txid = push.txid;
  part("progress").max = Math.max(1, Math.round((push.expires - push.created) / 1000));
  part("progress").setAttribute("aria-label", "Time left");
  if (push.device) said.rest.push(["Phone", push.device]);
  part("dl").append(...said.rest.flatMap(pair));
  for (const button of card.querySelectorAll("button")) button.setAttribute("aria-describedby", id);
  const entry = { card, push, said, part, answered: false };
  prepareCode(entry);
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    tap(entry, "approve");
  });
  for (const name of [".deny", ".fraud"]) {
    part(name).addEventListener("click", (event) => tap(entry, event.currentTarget.value));
  }
  card.addEventListener("click", ignoreMisplaced, true);
  return entry;
}

// A card that has just appeared or moved took a tap that was meant for something else. Keys (detail 0) do not miss.
function ignoreMisplaced(event) {
  const misplaced = event.detail > 0 && performance.now() - movedAt < SETTLE;
  if (!misplaced || !event.target.closest("button")) return;
  event.preventDefault();
  event.stopPropagation();
}

function prepareCode(entry) {
  const { part, push } = entry;
  if (!push.needs_code) return;
  const input = part("input");
  const ids = ["hint", "problem"].map((name) => {
    part(`.${name}`).id = `${name}-${push.txid}`;
    return part(`.${name}`).id;
  });
  input.id = `code-${push.txid}`;
  part("label").htmlFor = input.id;
  input.setAttribute("aria-describedby", ids.join(" "));
  part(".code").hidden = false;
  input.addEventListener("input", () => {
    input.value = input.value.replace(/\D/g, "");
    input.removeAttribute("aria-invalid");
    part(".problem").textContent = "";
    enable(entry);
  });
}

/// Approve waits for a code of at least three digits (the service's policies ask for three to six).
function enable(entry) {
  const { card, part, push } = entry;
  for (const button of card.querySelectorAll("button")) button.disabled = !live || entry.answered;
  if (push.needs_code && part("input").value.length < 3) part(".approve").disabled = true;
}

async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  try {
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return reply.ok ? "" : PROBLEMS[reply.status] ?? `The service refused this (status ${reply.status}).`;
  } catch {
    return "The service could not be reached: this was not answered.";
  }
}

async function tap(entry, answer) {
  if (entry.answered) return;
  const { part, push } = entry;
  const input = part("input");
  const focused = document.activeElement;
  const body = push.needs_code && answer === "approve" ? { answer, code: input.value } : { answer };
  entry.answered = true;
  part(".problem").textContent = "";
  enable(entry);
  const problem = await send(`/api/push/${encodeURIComponent(push.txid)}`, body);
  if (!problem) return;
  entry.answered = false;
  enable(entry);
  part(".problem").textContent = problem;
  if (push.needs_code && answer === "approve") {
    input.setAttribute("aria-invalid", "true");
    input.focus();
    input.select();
  } else if (focused?.isConnected) {
    focused.focus();
  }
}

function serviceNow() {
  return clock.service + performance.now() - clock.here;
}

function countDown() {
  for (const { card, part, push } of cards.values()) {
    const left = Math.max(0, Math.ceil((push.expires - serviceNow()) / 1000));
    const text = `${left} s left`;
    if (part(".left").textContent === text) continue;
    part(".left").textContent = text;
    part("progress").value = left;
    card.classList.toggle("soon", left <= SOON);
  }
}

function showState(entry, push) {
  entry.push = push;
  const state = { calling: " · ringing", answered: " · picked up" }[push.status] ?? "";
  write(entry.part(".kind"), entry.said.kind + state);
  enable(entry);
}

function showPending(pending, history) {
  const news = [];
  const now = new Set(pending.map((push) => push.txid));
  let lostFocus = false;
  let moved = false;
  for (const [txid, entry] of cards) {
    if (now.has(txid)) continue;
    const ended = history.find((other) => other.txid === txid);
    const outcome = ended ? OUTCOMES[ended.status]?.[0] ?? ended.status : "Gone";
    news.push(`${outcome}: ${plain(entry.said.headline)}.`);
    // The button that was tapped has lost the focus by being disabled: it goes on from here, not from the page's top.
    lostFocus ||= entry.card.contains(document.activeElement) || (entry.answered && document.activeElement === document.body);
    entry.card.remove();
    cards.delete(txid);
    moved = true;
  }
  for (const push of pending) {
    let entry = cards.get(push.txid);
    if (!entry) {
      entry = makeCard(push);
      cards.set(push.txid, entry);
      $("pending").append(entry.card);
      news.push(`New: ${plain(entry.said.headline)}.`);
      moved = true;
    }
    showState(entry, push);
  }
  if (moved) movedAt = performance.now();
  if (news.length) $("news").textContent = news.slice(0, 3).join(" ") + (news.length > 3 ? ` And ${news.length - 3} more.` : "");
  if (lostFocus) ($("pending").querySelector(".headline") ?? $("requests-title")).focus();
  $("empty").hidden = pending.length > 0;
  document.title = pending.length ? `(${pending.length}) Login requests` : "Login requests";
}

function makeRow(push) {
  const row = $("row").content.firstElementChild.cloneNode(true);
  const part = (selector) => row.querySelector(selector);
  const [outcome, mark] = OUTCOMES[push.status] ?? [push.status, "–"];
  const from = push.info.find(([name]) => name === "From");
  row.dataset.result = push.status === "timeout" || push.status === "sent" ? "none" : push.result;
  row.dataset.txid = push.txid;
  part(".mark").textContent = mark;
  part(".result").textContent = outcome;
  part(".headline").append(...(push.kind === "instant" ? [isolated(push.user)] : words(push).headline));
  const time = new Date(push.decided);
  part("time").dateTime = time.toISOString();
  part("time").textContent = time.toLocaleTimeString();
  part(".by").append(`· ${BY[push.by] ?? push.by}`, ...(from ? [" · from ", isolated(from[1])] : []));
  return row;
}

function showHistory(history) {
  const known = new Map([...$("history").children].map((row) => [row.dataset.txid, row]));
  $("history").replaceChildren(...history.map((push) => known.get(push.txid) ?? makeRow(push)));
  $("past").hidden = history.length === 0;
}

function showEnrolments(enrolments) {
  enrolments.sort((a, b) => a.expires - b.expires);
  const rows = enrolments.map((who) => {
    const row = $("row").content.firstElementChild.cloneNode(true);
    row.querySelector(".mark").textContent = "+";
    row.querySelector(".result").append(isolated(who.user));
    row.querySelector(".when").textContent = "has no phone yet";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "activate";
    button.append("Activate for ", isolated(who.user));
    button.addEventListener("click", async () => {
      const problem = await send(`/api/enroll/${encodeURIComponent(who.user_id)}`, {});
      if (problem) row.querySelector(".when").textContent = problem;
    });
    row.append(button);
    return row;
  });
  const ids = enrolments.map((who) => who.user_id).join(" ");
  if ($("enrolling").dataset.ids !== ids) $("enrolling").replaceChildren(...rows);
  $("enrolling").dataset.ids = ids;
  $("enrolments").hidden = enrolments.length === 0;
}

function showLink(state) {
  live = state === "live";
  $("link").dataset.link = state;
  $("link").textContent = { live: "Connected", gone: "Not connected" }[state];
  $("gone").textContent = live ? "" : "The service does not answer: it may have been stopped. This page keeps trying by itself.";
  for (const entry of cards.values()) enable(entry);
}

function listen() {
  const source = new EventSource("/api/events");
  source.addEventListener("message", (event) => {
    const snapshot = JSON.parse(event.data);
    clock = { service: snapshot.now, here: performance.now() };
    if (!live) showLink("live");
    showPending(snapshot.pending, snapshot.history);
    showHistory(snapshot.history);
    showEnrolments(snapshot.enrolments);
    countDown();
  });
  source.addEventListener("error", () => {
    showLink("gone");
    if (source.readyState !== EventSource.CLOSED) return;
    // After an answer that is no stream of events the browser does not try again.
    source.close();
    setTimeout(listen, RETRY);
  });
}

setInterval(countDown, 250);
listen();
