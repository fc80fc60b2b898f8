// Starts the GOV.UK components of the page; and the MoJ ones, where there are any. Every page works without this.
import { initAll } from "./built/govuk-frontend.min.js";

initAll();
if (document.querySelector('[data-module^="moj-"]')) {
  const moj = await import("./built/moj-frontend.min.js");
  moj.initAll();
}
