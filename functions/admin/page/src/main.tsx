import { render } from "preact";
import "./page.css";

render(<h1>Redial Queue</h1>, document.getElementById("page")!);
