// Asks the browser for a passkey and sends what it answers with the form. Without this script the page says so, and the code remains.
const box = document.querySelector("[data-passkey]");
const form = box.closest("form");
const told = (name) => box.querySelector(`[data-told="${name}"]`);

async function answerTo(options) {
  if (box.dataset.passkey === "new") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

form.addEventListener("submit", async (event) => {
  const { answer, name } = form.elements;
  if (answer.value || name?.value.trim() === "") return; // answered; or the server says what is missing before a key is made
  event.preventDefault();
  try {
    answer.value = JSON.stringify((await answerTo(JSON.parse(box.dataset.options))).toJSON());
  } catch {
    told("failed").hidden = false; // cancelled, timed out, or no such key: the browser does not say which, and neither need we
    return;
  }
  form.requestSubmit();
});

told("off").hidden = true;
told("unable").hidden = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
