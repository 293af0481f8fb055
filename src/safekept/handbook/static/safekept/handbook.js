// The button that prints. Without this file the page says how to print, and prints the same.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
