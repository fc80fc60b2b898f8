// Says that something new waits, while a page stands open. It changes nothing on the page, and does not keep anybody signed in.

const EVERY = 30_000;
const said = document.querySelector("[data-live]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(said.dataset.at, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer === null) return; // no connection: the next look may have one
  const waits = answer.ok ? Number(await answer.text()) : null;
  if (waits === null) {
    said.textContent = "You are signed out. What you typed is not sent.";
    clearInterval(timer);
  } else if (waits > Number(said.dataset.live)) {
    said.replaceChildren("Something new waits for you. ", Object.assign(document.createElement("a"), { href: said.dataset.to, className: "govuk-link", textContent: "See your work" }));
  }
}

const timer = said === null ? null : setInterval(look, Number(said.dataset.every ?? EVERY));
