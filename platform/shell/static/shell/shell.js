/* Small comforts of the keyboard. Every page works without this file.
   `/` goes to the search, `?` opens the help, `g` and a letter follow [data-key] links.
   Single letters can be switched off: data-keys="off" on <html> (WCAG 2.1.4). */
(() => {
  "use strict";
  const root = document.documentElement;
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  let isWaitingForLetter = false;

  const goTo = (letter) => {
    const link = document.querySelector(`a[data-key="${CSS.escape(letter)}"]`);
    if (link) link.click();
    return link !== null;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || root.dataset.keys === "off") return;
    if (isWaitingForLetter) {
      isWaitingForLetter = false;
      if (goTo(event.key.toLowerCase())) event.preventDefault();
      return;
    }
    if (event.key === "/") {
      const search = document.querySelector("input[type=search], a.find, .find a");
      if (!search) return;
      event.preventDefault();
      search.focus();
    } else if (event.key === "?") {
      const help = document.querySelector("[data-help]");
      if (!help) return;
      event.preventDefault();
      help.click();
    } else if (event.key === "g") {
      isWaitingForLetter = true;
      setTimeout(() => { isWaitingForLetter = false; }, 1500);
    }
  });

  /* On a telephone the menu is one line: the entry one is in must be in sight. */
  const current = document.querySelector(".side [aria-current]");
  if (current) current.closest("nav").scrollLeft = current.offsetLeft - 16;

  /* After an error the summary is read first. */
  const summary = document.querySelector(".summary");
  if (summary) {
    summary.tabIndex = -1;
    summary.focus();
  }
})();
