/* While something runs (data-running), its page brings itself up to date without moving focus; without this script a link does it. */
"use strict";
(function () {
  const look = async () => {
    const main = document.querySelector("main");
    if (!main || !main.querySelector("[data-running]")) return;
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
      if (response.ok && fresh) main.replaceChildren(...fresh.childNodes);
    } catch (error) {
      /* The network may come back: the next look finds out. */
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1500);
})();
