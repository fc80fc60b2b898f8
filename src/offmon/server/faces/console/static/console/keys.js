// Keys for the alerts, for whoever prefers them. Every page works without. They can be turned off (WCAG 2.2, 2.1.4), and stay so in this browser.

const OFF = "offmon-keys-off";
const help = document.querySelector("[data-keys]");
const button = help?.querySelector("button");
const lines = [...document.querySelectorAll("[data-rows] tbody th a.govuk-link:first-child")];
const typing = "input, textarea, select, [contenteditable]";

const isOff = () => localStorage.getItem(OFF) !== null;

function move(by) {
  if (lines.length === 0) return document.querySelector(`main a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
  const at = lines.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.min(Math.max(at + by, 0), lines.length - 1);
  lines[next]?.focus();
  lines[next]?.scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  o: () => lines.includes(document.activeElement) && document.activeElement.click(),
  d: () => document.querySelector("#decide input[type=radio]")?.focus(),
  "?": () => {
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  },
};

if (help !== null) {
  help.hidden = false;
  const said = () => {
    button.textContent = isOff() ? "Turn the keys on" : "Turn the keys off";
  };
  button.addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    said();
  });
  said();
  document.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}
