// One entry for console, technician pages and portal. Heavy parts load only where a page has them.
import "@tabler/core/dist/css/tabler.min.css";
import "./styles/app.scss";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/offcanvas";
import "bootstrap/js/dist/tab";
import "./parts/request";
import "./parts/theme";
import "./parts/toast";
import "./parts/dialog";
import "./parts/keyboard";
import "./parts/time";
import "./parts/search";
import "./parts/table";
import "./parts/form";
import "./parts/photo";
import "./parts/place";
import "./parts/region";
import "./parts/rows";
import "./parts/scan";
import "./parts/sequence";
import { lazily, start } from "./parts/mount";

lazily("select[data-search-select], select[data-remote], .j-filters select[multiple]", () => import("./parts/select"));
lazily("[data-signature]", () => import("./parts/signature"));
lazily("[data-board]", () => import("./board/index"));
lazily("[data-altcha]", () => import("./parts/proof"));
start();
