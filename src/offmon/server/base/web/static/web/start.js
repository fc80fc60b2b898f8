// Starts the GOV.UK components of the page. Every page works without this.
import { initAll } from "./built/govuk-frontend.min.js";

initAll();
