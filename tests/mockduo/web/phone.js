"use strict";

const make = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
};

const card = (push) => {
  const article = make("article", "");
  article.append(make("h2", `${push.kind} for ${push.user}`));
  for (const [name, value] of push.info) article.append(make("p", `${name}: ${value}`));
  const code = make("input", "");
  code.setAttribute("aria-label", "Verification code");
  if (push.needs_code) article.append(code);
  const problem = make("p", "");
  for (const [answer, label] of [["approve", "Approve"], ["deny", "Deny"], ["fraud", "It wasn't me"]]) {
    const button = make("button", label);
    button.addEventListener("click", async () => {
      const body = push.needs_code ? { answer, code: code.value } : { answer };
      const headers = { "Content-Type": "application/json" };
      const reply = await fetch(`/api/push/${push.txid}`, { method: "POST", headers, body: JSON.stringify(body) });
      if (!reply.ok) problem.textContent = (await reply.json()).error;
    });
    article.append(button);
  }
  article.append(problem);
  return article;
};

new EventSource("/api/events").addEventListener("message", (event) => {
  document.getElementById("pending").replaceChildren(...JSON.parse(event.data).pending.map(card));
});
