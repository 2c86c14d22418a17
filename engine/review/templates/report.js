const matrix = document.getElementById("confusion");
const figures = [...document.querySelectorAll("figure")];
const what = document.getElementById("what");
const clear = document.getElementById("clear");
const all = what ? what.textContent : "";

function choose(button) {
  const pressed = button && button.getAttribute("aria-pressed") !== "true";
  for (const other of document.querySelectorAll(".matrix [aria-pressed]")) other.removeAttribute("aria-pressed");
  if (pressed) button.setAttribute("aria-pressed", "true");
  let shown = 0;
  for (const figure of figures) {
    figure.hidden = pressed && figure.dataset.cell !== button.dataset.cell;
    shown += !figure.hidden;
  }
  what.textContent = pressed ? told(button, shown) : all;
  clear.hidden = !pressed;
  if (pressed) document.getElementById("mistakes").scrollIntoView({ behavior: "smooth" });
}

function told(button, shown) {
  const images = Number(button.dataset.images);
  if (shown === images) return button.title;
  const words = shown
    ? {{ _("{what}; the {shown} most confident of them")|tojson }}
    : {{ _("{what}; none of them is among the {shown} most confident mistakes that this report shows")|tojson }};
  return words.replace("{shown}", shown || figures.length).replace("{what}", () => button.title);
}

if (matrix) matrix.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (button) choose(button);
});
if (matrix) matrix.addEventListener("change", event => matrix.classList.toggle("as-shares", event.target.value === "share"));
if (clear) clear.addEventListener("click", () => choose(null));

// What is folded up is printed too.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => { for (const part of folded) part.open = false; });
